#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/core/digest.hpp"
#include "windhover/core/growth_for_tests.hpp"
#include "windhover/record/checksums.hpp"
#include "windhover/record/identity.hpp"
#include "windhover/study/engine.hpp"
#include "windhover/study/folder_check.hpp"
#include "windhover/study/testing.hpp"

namespace windhover::study {
namespace {

namespace fs = std::filesystem;
using testing::plan_of;
using testing::RecordingObserver;

/// So many runs are made, a multiple of 512, unless WINDHOVER_MANY_RUNS says otherwise.
std::size_t most_runs() {
  const char* wanted = std::getenv("WINDHOVER_MANY_RUNS");
  return wanted == nullptr ? 1024 : std::strtoull(wanted, nullptr, 10);
}

/// A study with so many runs, a multiple of its 32 cells, of an environment that is quick to set up.
Plan plan_of_runs(std::size_t count) {
  constexpr std::size_t cells = 32;
  std::string text = "name = 'many'\nenvironment = 'cartpole'\narms = ['a3c']\nseeds = [1";
  for (std::size_t seed = 2; seed <= count / cells; ++seed) text += fmt::format(", {}", seed);
  text += "]\n[learner]\nhidden = 4\n[factors]\nlr = [1e-4";
  for (std::size_t cell = 2; cell <= cells; ++cell) text += fmt::format(", {}e-4", cell);
  text += "]\n";
  return plan_of(text).value();
}

/// A folder with every run that the study asks for, each as it is left by a training
/// that failed at once. Files that runs have in common are links to one; nothing is flushed, as no test pulls
/// the plug.
class ManyRuns {
 public:
  explicit ManyRuns(std::size_t count) : plan(plan_of_runs(count)) {
    EXPECT_TRUE(record::write_study(folder.path(), plan.study));
    for (const char* name : {"audit.json", "baselines.json"})
      EXPECT_TRUE(record::write_json(folder.path(), name, Json::object()));
    const auto runs = runs_of(plan);
    write_first(runs.front());
    for (std::size_t i = 1; i < runs.size(); ++i) write_like_first(runs[i]);
  }

  TemporaryFolder folder;
  Plan plan;

 private:
  void write_first(const RunPlan& plan_of_run) {
    record::Run run;
    run.id = plan_of_run.id;
    run.config = run_configuration(plan, plan_of_run);
    run.summary.status = record::RunStatus::failed;
    run.summary.diagnosis = "made up";
    run.summary.digest = record::run_digest({}, {});
    EXPECT_TRUE(record::write_run(folder.path(), run, {}, {"left", "right"}));
    first_ = folder.path() / run.id.place();
    sums_ = record::read_checksums(first_).value().value();
    done_ = record::read_json(first_, "done.json").value();
  }

  void write_like_first(const RunPlan& run) {
    const auto here = folder.path() / run.id.place();
    fs::create_directories(here);
    for (const char* name : {"training.csv", "evaluation.csv"})
      fs::create_hard_link(first_ / name, here / name);
    const auto config = run_configuration(plan, run);
    done_["identity"] = record::identity_of(config, record::Scope::whole);
    for (const auto& [name, content] :
         {std::pair{"config.json", described::to_json(config)}, std::pair{"done.json", done_}}) {
      const auto text = record::json_text(content);
      std::ofstream(here / name, std::ios::binary) << text;
      sums_[name] = sha256_of(text);
    }
    std::ofstream sums(here / record::checksums_name, std::ios::binary);
    for (const auto& [name, sum] : sums_) sums << sum << "  " << name << '\n';
  }

  fs::path first_;
  record::Checksums sums_;
  Json done_;
};

TEST(ManyRuns, AreGoneOnWithAndCheckedInProportionToTheirNumber) {
  const std::size_t largest = most_runs();
  const auto seconds_of = [](std::size_t count) {
    ManyRuns study(count);
    const ThreadClock clock;
    RecordingObserver observer;
    const auto outcome = run_study(study.plan, {.out = study.folder.path()}, observer, {});
    EXPECT_TRUE(outcome.has_value()) << outcome.error().message;
    EXPECT_EQ(outcome.value_or(StudyOutcome()).failed, count);
    const auto check = check_folder(study.folder.path(), {});
    EXPECT_TRUE(check.has_value()) << check.error().message;
    EXPECT_EQ(check.value_or(FolderCheck()).digest, outcome.value_or(StudyOutcome()).digest);
    EXPECT_THAT(check.value_or(FolderCheck()).faults, ::testing::IsEmpty());
    return clock.seconds();
  };
  const double few = std::min(seconds_of(largest / growth_factor), seconds_of(largest / growth_factor));
  EXPECT_LT(seconds_of(largest) / few, most_growth);
}

}  // namespace
}  // namespace windhover::study
