#include <filesystem>

#include "tests/integration/program.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "windhover/record/checksums.hpp"

namespace windhover::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Comparisons : public ::testing::Test {
 protected:
  /// Runs the tiny study into a folder of this name.
  std::string study(const std::string& name, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"study", file_, "--out", workspace_.path(name)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto ending = run(arguments);
    EXPECT_EQ(ending.code, 0) << ending.err;
    return workspace_.path(name);
  }

  Workspace workspace_;
  std::string file_ = workspace_.write("tiny.toml", tiny_study);
};

TEST_F(Comparisons, SetTwoStudiesSideBySide) {
  const auto first = study("first");
  const auto second = study("second", {"--set", "training.episodes=30", "--set", "seeds=[2, 3]"});
  const auto page = workspace_.path("pages/comparison.html");
  const auto text = run({"compare", first, second, "--out", page});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out,
              AllOf(HasSubstr("16 of 16 runs finished"), HasSubstr("gru+ln"), HasSubstr("Holm"),
                    HasSubstr("training.episodes: 20 in the first, 30 in the second"),
                    HasSubstr("only in the second: seeds [3]"), HasSubstr("first   " + first + ": tiny"),
                    HasSubstr("second  " + second + ": tiny"), HasSubstr("a3c - individual")));
  EXPECT_THAT(content_of(page), AllOf(HasSubstr("<!DOCTYPE html>"), HasSubstr("training.episodes")));

  const auto json = nlohmann::json::parse(run({"compare", first, second, "--json"}).out);
  EXPECT_EQ(json["seeds"], nlohmann::json({2}));
  EXPECT_EQ(json["comparisons"].size(), 16U);
  EXPECT_EQ(json["gaps"].size(), 8U);
  EXPECT_EQ(json["studies"]["second"]["folder"], second);
  EXPECT_TRUE(json["comparisons"][0]["difference"]["p_value"].is_null()) << "one common seed tests nothing";
}

TEST_F(Comparisons, OfOneStudyWithItselfFindNothing) {
  const auto out = study("out");
  const auto ending = run({"compare", out, out, "--json"});
  ASSERT_EQ(ending.code, 0) << ending.err;
  const auto comparison = nlohmann::json::parse(ending.out);
  for (const auto& entry : comparison["comparisons"]) {
    EXPECT_EQ(entry["difference"]["estimate"], 0.0);
    EXPECT_EQ(entry["difference"]["holm_p"], 1.0);
  }
}

TEST_F(Comparisons, AreRefusedWithTheFolderAndTheReason) {
  const auto out = study("out");
  std::filesystem::create_directory(workspace_.path("empty"));
  const auto refused = [&](const std::string& other) {
    const auto ending = run({"compare", out, workspace_.path(other)});
    EXPECT_EQ(ending.code, 1) << ending.out;
    return ending.err;
  };
  EXPECT_THAT(refused("empty"), AllOf(HasSubstr("empty' holds no study"), HasSubstr("study.toml")));
  EXPECT_THAT(refused("nowhere"), HasSubstr("nowhere"));

  study("other", {"--set", "factors={lr=[0.0003, 0.001]}"});
  EXPECT_THAT(refused("other"), HasSubstr("no cell in common"));

  std::filesystem::remove_all(workspace_.path("other/runs"));
  EXPECT_THAT(refused("other"), HasSubstr("has no finished run"));

  auto cells = nlohmann::json::parse(content_of(workspace_.path("other/cells.json")));
  cells["schema"] = "windhover-record/99";
  EXPECT_NE(workspace_.write("other/cells.json", cells.dump()), "");
  EXPECT_THAT(refused("other"), AllOf(HasSubstr("cells.json"), HasSubstr("damaged")));
  ASSERT_TRUE(record::replace_files(Folder(workspace_.path("other")), {{"cells.json", cells.dump()}}));
  EXPECT_THAT(refused("other"), AllOf(HasSubstr("cells.json"), HasSubstr("windhover-record/99")));

  EXPECT_EQ(run({"compare", out}).code, 2);
}

TEST_F(Comparisons, HaveHelp) {
  const auto help = run({"compare", "--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, AllOf(HasSubstr("--out"), HasSubstr("--json"), HasSubstr("second less first")));
  EXPECT_THAT(run({"--help"}).out, HasSubstr("compare"));
}

}  // namespace
}  // namespace windhover::integration
