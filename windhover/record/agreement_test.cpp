#include "windhover/record/agreement.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/core/growth_for_tests.hpp"
#include "windhover/core/temporary_folder.hpp"
#include "windhover/record/identity.hpp"

namespace windhover::record {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string> two_actions = {"local", "offload"};

Study study_of(std::size_t seeds) {
  Study study;
  study.name = "agreement";
  study.cells = {
      {.id = "gru", .factors = {{"recurrent", true}}, .environment = "offload", .profile = "paper"},
      {.id = "mlp", .factors = {{"recurrent", false}}, .environment = "offload", .profile = "paper"}};
  study.arms = {"a3c"};
  for (std::size_t seed = 1; seed <= seeds; ++seed) study.seeds.push_back(seed);
  study.config = {{"name", study.name}, {"arms", study.arms}, {"seeds", study.seeds}};
  return study;
}

std::map<RunId, RunSummary> summaries_of(const Study& study) {
  std::map<RunId, RunSummary> runs;
  for (const auto& id : run_ids(study))
    runs.emplace(id, RunSummary{.models = 1, .steps = 100, .digest = id.folder().string()});
  return runs;
}

/// The manifest that these runs have.
Manifest manifest_of(const Study& study, const std::map<RunId, RunSummary>& runs) {
  Manifest manifest;
  for (const auto& id : run_ids(study)) {
    auto& row = manifest.runs.emplace_back(ManifestRow{.id = id});
    const auto run = runs.find(id);
    if (run == runs.end()) continue;
    row.status = run->second.status;
    row.models = run->second.models;
    row.parameters = run->second.parameters;
    row.steps = run->second.steps;
    row.digest = run->second.digest;
  }
  return manifest;
}

TEST(Agreement, OneDigestUnderTwoSeedsIsACopy) {
  const auto study = study_of(3);
  auto runs = summaries_of(study);
  EXPECT_THAT(copied_runs(runs), IsEmpty());
  runs[{"gru", "a3c", 3}] = runs[{"gru", "a3c", 1}];
  const auto faults = copied_runs(runs);
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].file, "runs/gru/a3c/seed-3");
  EXPECT_THAT(faults[0].what, HasSubstr("runs/gru/a3c/seed-1"));
}

TEST(Agreement, FailedRunsAndArmsThatDoTheSameAreNoCopies) {
  auto study = study_of(3);
  study.arms.emplace_back("individual");  // which with one worker is a3c
  auto runs = summaries_of(study);
  for (const std::uint64_t seed : {1U, 2U, 3U})
    runs[{"gru", "individual", seed}].digest = runs[{"gru", "a3c", seed}].digest;
  for (const std::uint64_t seed : {1U, 2U})
    runs[{"mlp", "a3c", seed}] = {.status = RunStatus::failed, .diagnosis = "NaN", .digest = "of nothing"};
  EXPECT_THAT(copied_runs(runs), IsEmpty());
}

TEST(Agreement, AManifestMayBeBehindTheRunsButNotAgainstThem) {
  const auto study = study_of(2);
  const auto ids = run_ids(study);
  auto runs = summaries_of(study);
  const auto manifest = manifest_of(study, runs);
  EXPECT_THAT(manifest_faults(manifest, ids, runs), IsEmpty());
  EXPECT_THAT(manifest_faults(manifest_of(study, {}), ids, runs), IsEmpty()) << "rows yet to be written";
  EXPECT_THAT(manifest_faults(manifest, ids, {}), IsEmpty()) << "runs that are gone are not looked at here";

  runs[ids[1]].steps = 7;
  const auto faults = manifest_faults(manifest, ids, runs);
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].file, "manifest.json");
  EXPECT_THAT(faults[0].what,
              AllOf(HasSubstr("of run gru/a3c/seed-2"), HasSubstr("'steps' is 100"), HasSubstr("says 7")));
  EXPECT_EQ(manifest_faults({}, ids, runs).size(), 1U);
  auto other_rows = manifest;
  std::swap(other_rows.runs[0], other_rows.runs[1]);
  EXPECT_EQ(manifest_faults(other_rows, ids, runs).size(), 2U);
}

Run run_of(const RunId& id) {
  Run run;
  run.id = id;
  run.config.id = id;
  run.summary = {.models = 1, .steps = 100, .digest = id.folder().string()};
  run.evaluation = {{.condition = 5,
                     .episode_return = static_cast<double>(id.seed),
                     .length = 100,
                     .action_shares = {1, 0},
                     .action_probabilities = {0.5, 0.5}}};
  return run;
}

/// A folder with every run of the small study.
class CopiedFolders : public testing::Test {
 protected:
  CopiedFolders() {
    EXPECT_TRUE(write_study(out, study));
    for (const auto& id : run_ids(study)) {
      const auto written = write_run(out, run_of(id), {}, two_actions);
      EXPECT_TRUE(written) << written.error().message;
    }
  }

  void copy_over(const RunId& from, const RunId& to) const {
    fs::remove_all(out / to.place());
    fs::create_directories((out / to.place()).parent_path());
    fs::copy(out / from.place(), out / to.place(), fs::copy_options::recursive);
  }

  [[nodiscard]] std::string refusal() const {
    const auto record = read_study(out);
    return record ? "accepted" : record.error().message;
  }

  TemporaryFolder temporary;
  fs::path out = temporary.path();
  Study study = study_of(2);
};

TEST_F(CopiedFolders, AreRefusedByTheNamesOfBoth) {
  EXPECT_EQ(refusal(), "accepted");
  copy_over({"gru", "a3c", 1}, {"gru", "a3c", 2});
  EXPECT_THAT(refusal(), AllOf(HasSubstr((out / "runs/gru/a3c/seed-2").string()),
                               HasSubstr((out / "runs/gru/a3c/seed-1").string()), HasSubstr("is a copy of")));
  EXPECT_FALSE(read_run(out, {"gru", "a3c", 2}, Rows::skip)) << "by whoever reads the run";
  copy_over({"mlp", "a3c", 1}, {"gru", "a3c", 1});
  EXPECT_THAT(refusal(), HasSubstr((out / "runs/mlp/a3c/seed-1").string())) << "of another cell likewise";
}

/// Makes a copied folder say that it is of another run, as somebody would who means to deceive.
void make_fit(const Folder& folder, const RunConfig& config) {
  ASSERT_TRUE(write_described(folder, "config.json", config));
  auto done = read_json(folder, "done.json").value();
  done["identity"] = identity_of(config, Scope::whole);
  ASSERT_TRUE(write_json(folder, "done.json", done));
}

TEST_F(CopiedFolders, AreRefusedWhereTheConfigurationWasChangedToFit) {
  const RunId to{"gru", "a3c", 2};
  copy_over({"gru", "a3c", 1}, to);
  ASSERT_TRUE(write_described(Folder(out).below(to.place()), "config.json", run_of(to).config));
  const auto half = read_run(out, to, Rows::read);
  ASSERT_FALSE(half);
  EXPECT_THAT(half.error().message, HasSubstr("done.json: its identity is"));
  make_fit(Folder(out).below(to.place()), run_of(to).config);
  EXPECT_TRUE(read_run(out, to, Rows::read));
  EXPECT_THAT(refusal(), AllOf(HasSubstr((out / to.place()).string()), HasSubstr("runs/gru/a3c/seed-1"),
                               HasSubstr("copy of the other")));
}

TEST_F(CopiedFolders, AreRefusedWhereTheManifestKnowsBetter) {
  std::map<RunId, RunSummary> runs;
  for (const auto& id : run_ids(study)) runs.emplace(id, run_of(id).summary);
  ASSERT_TRUE(write_described(out, "manifest.json", manifest_of(study, runs)));
  EXPECT_EQ(refusal(), "accepted");
  const RunId to{"gru", "a3c", 1};  // from another cell, under the same seed
  copy_over({"mlp", "a3c", 1}, to);
  make_fit(Folder(out).below(to.place()), run_of(to).config);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("manifest.json: of run gru/a3c/seed-1, 'digest' is"),
                               HasSubstr("mlp/a3c/seed-1")));
}

TEST(Agreement, TakesTimeInProportionToTheRuns) {
  const auto growth = growth_of(20'000, [](std::size_t count) {
    const auto study = study_of(count / 2);
    const auto runs = summaries_of(study);
    ASSERT_THAT(copied_runs(runs), IsEmpty());
    ASSERT_THAT(manifest_faults(manifest_of(study, runs), run_ids(study), runs), IsEmpty());
    ASSERT_FALSE(study_digest(study, runs).value.empty());
  });
  EXPECT_LT(growth, most_growth);
}

}  // namespace
}  // namespace windhover::record
