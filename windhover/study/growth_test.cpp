#include "windhover/study/growth.hpp"

#include <filesystem>
#include <fstream>

#include "windhover/core/files.hpp"
#include "windhover/record/history.hpp"
#include "windhover/study/engine.hpp"
#include "windhover/study/folder_check.hpp"
#include "windhover/study/merge.hpp"
#include "windhover/study/model_files.hpp"
#include "windhover/study/prune.hpp"
#include "windhover/study/testing.hpp"

/// What a folder that grew ends in is held against a fresh one of the same plan: the same digest.
namespace windhover::study {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::plan_of;
using testing::RecordingObserver;
using ::testing::SizeIs;
using testing::tiny_maze_study;

using Settings = std::vector<std::string>;

class Growth : public ::testing::Test {
 protected:
  struct End {
    std::string digest;  ///< or the error's message
    std::string notes;
  };

  static End run(const fs::path& out, const Settings& settings, const std::vector<fs::path>& reuse = {}) {
    const auto plan = plan_of(tiny_maze_study, settings);
    EXPECT_TRUE(plan.has_value()) << plan.error().message;
    RecordingObserver observer;
    StudyOptions options{.out = out};
    options.reuse = reuse;
    const auto outcome = run_study(*plan, options, observer, {});
    return {.digest = outcome ? outcome->digest : outcome.error().message, .notes = observer.notes};
  }

  /// From this plan to that one in the folder, and that one alone in another.
  void expect_to_grow(const Settings& before, const Settings& after, const std::string& note) {
    run(folder(), before);
    const auto grown = run(folder(), after);
    const TemporaryFolder fresh;
    EXPECT_EQ(grown.digest, run(fresh.path(), after).digest);
    EXPECT_THAT(grown.notes, HasSubstr(note));
    expect_sound(folder());
  }

  static void expect_sound(const fs::path& out) {
    const auto check = check_folder(out);
    ASSERT_TRUE(check.has_value()) << check.error().message;
    EXPECT_THAT(check->faults, IsEmpty())
        << (check->faults.empty() ? "" : check->faults.front().file + ": " + check->faults.front().what);
    EXPECT_TRUE(check->complete);
  }

  [[nodiscard]] fs::path folder() const { return folder_.path() / "out"; }

  TemporaryFolder folder_;
};

TEST_F(Growth, OfSeedsTrainsTheNewOnesOnly) {
  run(folder(), {"seeds=[1,2]"});
  const auto old_run = folder() / "runs/gru+ln/a3c/seed-1/done.json";
  const auto time = fs::last_write_time(old_run);
  expect_to_grow({"seeds=[1,2]"}, {"seeds=[1,2,3]"}, "seeds");
  EXPECT_EQ(fs::last_write_time(old_run), time);
}

TEST_F(Growth, OfCellsAndArmsTrainsTheNewOnesOnly) {
  expect_to_grow({"arms=['a3c']", "factors={recurrent=[true]}"}, {"factors={recurrent=[true,false]}"},
                 "arms");
}

/// The same runs under other names: models and configurations say the new ones.
TEST_F(Growth, TakesRunsWhateverTheirCellsAreCalled) {
  expect_to_grow({"factors={recurrent=[true,false]}"}, {"factors={hidden=[8,4]}"}, "taken as they are");
  const auto model = read_file(folder() / "runs/gru+ln,hidden=8/a3c/seed-1/model.safetensors");
  ASSERT_TRUE(model.has_value()) << model.error().message;
  EXPECT_THAT(*model, HasSubstr("gru+ln,hidden=8"));
}

TEST_F(Growth, OfTheBudgetGoesOnFromTheEnd) {
  expect_to_grow({"training.episodes=6"}, {"training.episodes=9"},
                 "going on from the end of a smaller budget");
  expect_to_grow({"training.episodes=9"}, {"training.episodes=11"},
                 "going on from the end of a smaller budget");
}

TEST_F(Growth, OfABudgetThatCoefficientsFollowTrainsAgain) {
  const Settings decay = {"learner.final_lr_share=0.5", "arms=['a3c']"};
  auto more = decay;
  more.insert(more.end(), {"training.episodes=9", "seeds=[1]"});
  run(folder(), decay);
  EXPECT_THAT(run(folder(), more).digest, HasSubstr("nothing could be used"));
}

TEST_F(Growth, OfTheEvaluationTrainsNothing) {
  expect_to_grow({}, {"evaluation.episodes=5"}, "trained already, to be evaluated");
  const auto grown = run(folder(), {"evaluation.episodes=5", "training.episodes=8"});
  EXPECT_THAT(grown.notes, HasSubstr("going on from the end of a smaller budget")) << "it still can";
}

TEST_F(Growth, BackToAnEarlierPlanFindsItsRuns) {
  const auto before = run(folder(), {"seeds=[1,2]"}).digest;
  run(folder(), {"seeds=[2,3]", "evaluation.episodes=3"});
  const auto back = run(folder(), {"seeds=[1,2]"});
  EXPECT_EQ(back.digest, before);
  EXPECT_THAT(back.notes, AllOf(HasSubstr("taken as they are"), Not(HasSubstr("to be evaluated"))));
  expect_sound(folder());
  const auto history = record::read_described<record::History>(folder(), "history.json");
  ASSERT_TRUE(history.has_value()) << history.error().message;
  ASSERT_THAT(history->plans, SizeIs(2));
  EXPECT_EQ(history->plans[0].config["seeds"], Json({1, 2}));
  EXPECT_EQ(history->plans[1].config["seeds"], Json({2, 3}));
}

/// Requests a stop at the n-th thing that it is told of.
class StopsAt final : public Observer {
 public:
  explicit StopsAt(int count) : count_(count) {}
  void note(std::string_view /*text*/) override { tell(); }
  void progress(const Progress& /*progress*/) override { tell(); }
  void activity(const Activity& /*activity*/) override { tell(); }

  std::stop_source stop;

 private:
  void tell() {
    if (count_-- <= 0) stop.request_stop();
  }
  int count_;
};

TEST_F(Growth, InterruptedAnywhereEndsInTheSame) {
  const Settings after = {"seeds=[2,3]", "evaluation.episodes=3"};
  const auto wanted = run(folder_.path() / "fresh", after).digest;
  run(folder(), {});
  const auto plan = plan_of(tiny_maze_study, after);
  for (int count = 0; count < 60; count += 4) {
    StopsAt observer(count);
    const auto outcome = run_study(*plan, {.out = folder()}, observer, observer.stop.get_token());
    ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
    if (!outcome->stopped) break;
  }
  EXPECT_EQ(run(folder(), after).digest, wanted);
  expect_sound(folder());
}

TEST_F(Growth, IsRefusedWhereNothingCouldBeUsed) {
  const auto digest = run(folder(), {}).digest;
  for (const auto& [settings, reason] :
       {std::pair<Settings, std::string>{{"name='other'"}, "holds another study"},
        {{"learner.lr=0.01"}, "of which nothing could be used"},
        {{"environment='cartpole'"}, "of which nothing could be used"}}) {
    EXPECT_THAT(run(folder(), settings).digest, AllOf(HasSubstr(reason), HasSubstr("--fresh")));
    EXPECT_FALSE(fs::exists(folder() / "earlier"));
  }
  EXPECT_EQ(run(folder(), {}).digest, digest);
}

TEST_F(Growth, ReusesTheRunsOfOtherFolders) {
  const auto other = folder_.path() / "other";
  run(other, {"seeds=[1,2]"});
  const auto before = read_file(other / "SHA256SUMS").value();
  const auto grown = run(folder(), {"seeds=[2,3]"}, {other});
  EXPECT_THAT(grown.notes, HasSubstr("taken as they are: gru+ln/a3c/seed-2"));
  EXPECT_EQ(grown.digest, run(folder_.path() / "fresh", {"seeds=[2,3]"}).digest);
  EXPECT_EQ(read_file(other / "SHA256SUMS").value(), before);
  expect_sound(folder());
  expect_sound(other);
}

TEST_F(Growth, TakesNoDamagedRun) {
  const auto other = folder_.path() / "other";
  run(other, {});
  const auto rows = other / "runs/gru+ln/a3c/seed-1/evaluation.csv";
  std::ofstream(rows, std::ios::app) << "x\n";
  EXPECT_THAT(run(folder(), {}, {other}).digest, HasSubstr(rows.string()));
}

TEST_F(Growth, ReusesNeitherItsOwnFolderNorOneOfNoStudy) {
  run(folder(), {});
  EXPECT_THAT(run(folder(), {}, {folder() / "."}).digest, HasSubstr("is the output folder itself"));
  fs::create_directory(folder_.path() / "empty");
  EXPECT_THAT(run(folder(), {}, {folder_.path() / "empty"}).digest,
              HasSubstr("is not the output folder of a study"));
}

TEST_F(Growth, PruneRemovesWhatIsNoLongerAskedFor) {
  run(folder(), {"seeds=[1,2]"});
  const auto digest = run(folder(), {"seeds=[2,3]"}).digest;
  const Folder out(folder());
  auto left = left_runs(out);
  ASSERT_TRUE(left.has_value()) << left.error().message;
  EXPECT_THAT(*left, SizeIs(4));
  const auto states = budget_states(out);
  ASSERT_TRUE(states.has_value());
  EXPECT_THAT(*states, SizeIs(8));
  left->insert(left->end(), states->begin(), states->end());
  for (const auto& run : *left) EXPECT_TRUE(prune(out, run).has_value());
  EXPECT_FALSE(fs::exists(folder() / "earlier"));
  expect_sound(folder());
  EXPECT_EQ(run(folder(), {"seeds=[2,3]"}).digest, digest);
}

TEST_F(Growth, LeavesTheStatesOfRunsThatAreNoLongerAskedFor) {
  run(folder(), {"seeds=[1,2]"});
  const record::RunId id{.cell = "gru+ln", .arm = "a3c", .seed = 3};
  ASSERT_TRUE(write_state(folder(), id, "training", {.body = std::vector<std::byte>(100)}).has_value());
  const auto check = check_folder(folder());
  ASSERT_TRUE(check.has_value()) << check.error().message;
  EXPECT_THAT(check->faults, IsEmpty());
  EXPECT_THAT(check->notes, ::testing::ElementsAre(HasSubstr("no longer asked for")));
  const auto left = left_runs(folder());
  ASSERT_TRUE(left.has_value());
  ASSERT_THAT(*left, SizeIs(1));
  EXPECT_TRUE(prune(folder(), left->front()).has_value());
  EXPECT_THAT(check_folder(folder())->notes, IsEmpty());
}

class Merging : public Growth {
 protected:
  void SetUp() override {
    for (int number = 1; number <= 3; ++number) parts_.push_back(make_shard(number));
  }

  fs::path make_shard(int number) {
    const auto plan = plan_of(tiny_maze_study);
    const auto out = folder_.path() / fmt::format("shard-{}", number);
    RecordingObserver observer;
    const auto outcome =
        run_study(*plan, {.out = out, .shard = {.number = number, .count = 3}}, observer, {});
    EXPECT_TRUE(outcome.has_value()) << outcome.error().message;
    EXPECT_EQ(outcome->digest, "");
    return out;
  }

  [[nodiscard]] std::string refusal() const {
    const auto parts = read_parts(parts_, false, {});
    return parts ? "accepted" : parts.error().message;
  }

  /// Another result under the same identity, as by a build whose semantics are not what it says.
  void give_another_result(const fs::path& out, const record::RunId& id) {
    auto run = record::read_run(out, id, record::Rows::read).value();
    run.evaluation.front().episode_return += 1;
    std::vector<record::ModelFile> files;
    const auto model = read_file(out / id.place() / "model.safetensors").value();
    const auto bytes = std::as_bytes(std::span(model));
    files.push_back({.name = "model.safetensors", .content = {bytes.begin(), bytes.end()}});
    run.summary.digest = std::string(64, 'a');
    fs::remove_all(out / id.place());
    ASSERT_TRUE(record::write_run(out, run, files, run.action_names).has_value());
  }

  std::vector<fs::path> parts_;
};

TEST_F(Merging, EndsInTheDigestOfOneMachine) {
  const auto parts = read_parts(parts_, false, {});
  ASSERT_TRUE(parts.has_value()) << parts.error().message;
  EXPECT_THAT(parts->missing, IsEmpty());
  EXPECT_THAT(parts->notes, IsEmpty());
  RecordingObserver observer;
  StudyOptions options{.out = folder()};
  options.reuse = parts_;
  options.only_reuse = true;
  const auto merged = run_study(parts->plan, options, observer, {});
  ASSERT_TRUE(merged.has_value()) << merged.error().message;
  EXPECT_EQ(merged->digest, run(folder_.path() / "whole", {}).digest);
  expect_sound(folder());
}

TEST_F(Merging, NamesWhatIsMissingOrThereTwice) {
  parts_.pop_back();
  const auto parts = read_parts(parts_, false, {});
  ASSERT_TRUE(parts.has_value()) << parts.error().message;
  const auto plan = plan_of(tiny_maze_study);
  EXPECT_THAT(parts->missing, SizeIs(runs_of_shard(*plan, {.number = 3, .count = 3}).size()));
  run(folder_.path() / "whole", {});
  parts_.push_back(folder_.path() / "whole");
  EXPECT_THAT(read_parts(parts_, false, {})->notes, ::testing::ElementsAre(HasSubstr("in several folders")));
}

TEST_F(Merging, RefusesWhatIsNotOfOneStudyByItsName) {
  run(folder_.path() / "other", {"seeds=[1,2,3]"});
  parts_.push_back(folder_.path() / "other");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("not of one study"), HasSubstr("other'"), HasSubstr("seeds")));
  parts_.back() = parts_.front() / ".";
  EXPECT_THAT(refusal(), HasSubstr("are one folder"));
}

TEST_F(Merging, RefusesARunWithTwoDigestsByBothNames) {
  run(folder_.path() / "other", {});
  const auto id = record::RunId{.cell = "gru+ln", .arm = "a3c", .seed = 1};
  give_another_result(folder_.path() / "other", id);
  parts_.push_back(folder_.path() / "other");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("the same run with different digests"),
                               HasSubstr("other/runs/gru+ln/a3c/seed-1"), HasSubstr("shard-")));
  parts_.pop_back();
  EXPECT_THAT(run(folder_.path() / "other", {}, {parts_}).digest, HasSubstr("with different digests"));
}

TEST_F(Merging, RefusesOtherBuildsUnlessTheyAreAccepted) {
  const auto plan = plan_of(tiny_maze_study);
  RecordingObserver observer;
  StudyOptions options{.out = folder_.path() / "other"};
  options.provenance.build = {.version = "0.3.0", .revision = "bbb", .sources = "bbb"};
  ASSERT_TRUE(run_study(*plan, options, observer, {}).has_value());
  parts_.push_back(options.out);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("revision bbb"), HasSubstr("--accept-build")));
  EXPECT_TRUE(read_parts(parts_, true, {}).has_value());
}

}  // namespace
}  // namespace windhover::study
