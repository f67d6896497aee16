#include <filesystem>

#include "tests/integration/program.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace windhover::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::filesystem::path golden = WINDHOVER_SOURCE_DIR "/tests/golden";

TEST(Verify, EveryGoldenFilePasses) {
  const auto verified = run({"verify", golden.string()});
  EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
  EXPECT_THAT(verified.out,
              AllOf(HasSubstr("pass  update_gru_ln_h8.json"), HasSubstr("pass  channel_paper.json"),
                    HasSubstr("pass  async_gru_ln_h8.json"), HasSubstr("pass  env_paper_shared"),
                    HasSubstr("pass  cart_pole.json")));
}

TEST(Verify, OneWrongNumberIsAMissThatNamesTheFile) {
  const Workspace workspace;
  auto file = nlohmann::json::parse(content_of((golden / "channel_paper.json").string()));
  auto& value = file["rows"][1]["bad_to_good"];
  value = value.get<double>() + 1e-6;
  (void)workspace.write("wrong.json", file.dump());
  const auto verified = run({"verify", workspace.path("")});
  EXPECT_EQ(verified.code, 1);
  EXPECT_THAT(verified.out, AllOf(HasSubstr("FAIL  wrong.json"), HasSubstr("0 of 1 files pass")));
}

TEST(Verify, AnUnknownKindIsAMiss) {
  const Workspace workspace;
  std::filesystem::copy(golden / "channel_paper.json", workspace.path("channel.json"));
  (void)workspace.write("odd.json", R"({"kind": "actor_critic_updat"})");
  (void)workspace.write("none.json", R"([1, 2])");
  (void)workspace.write("broken.json", R"({"kind": )");
  (void)workspace.write("README.md", "not golden");
  const auto verified = run({"verify", workspace.path("")});
  EXPECT_EQ(verified.code, 1);
  EXPECT_THAT(verified.out,
              AllOf(HasSubstr("pass  channel.json"), HasSubstr("unknown kind 'actor_critic_updat'"),
                    HasSubstr("did you mean 'actor_critic_update'"), HasSubstr("FAIL  none.json"),
                    HasSubstr("FAIL  broken.json"), HasSubstr("1 of 4 files pass")));
  const auto json = nlohmann::json::parse(run({"verify", workspace.path(""), "--json"}).out);
  EXPECT_FALSE(json["passed"].get<bool>());
  EXPECT_EQ(json["files"].size(), 4U);
}

TEST(Verify, AnEmptyOrMissingFolderIsAnError) {
  const Workspace workspace;
  const auto empty = run({"verify", workspace.path("")});
  EXPECT_EQ(empty.code, 1);
  EXPECT_THAT(empty.err, HasSubstr("no golden file"));
  const auto missing = run({"verify", workspace.path("nowhere")});
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.err, HasSubstr("nowhere"));
}

}  // namespace
}  // namespace windhover::integration
