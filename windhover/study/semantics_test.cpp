#include <cstdlib>
#include <map>
#include <string>

#include "windhover/core/files.hpp"
#include "windhover/core/json_text.hpp"
#include "windhover/study/engine.hpp"
#include "windhover/study/testing.hpp"

/// The number record::semantics stands for results. Small runs of every environment, arm, cell and schedule
/// have the digests that were recorded with it; a change of results is to raise it. Recorded anew, once it is
/// raised, by WINDHOVER_RENEW=1.
namespace windhover::study {
namespace {

using testing::plan_of;
using testing::RecordingObserver;

/// A file of the source tree, since the recorded numbers are part of it.
const std::string recorded_file = WINDHOVER_SOURCE_DIR "/windhover/study/testing/semantics.json";

constexpr const char* small_study = R"(
name = "small"
seeds = [7]
arms = ["a3c", "individual", "a2c", "individual-matched", "individual-mixed"]
[factors]
recurrent = [true, false]
layer_norm = [true, false]
[learner]
hidden = 8
final_lr_share = 0.5
final_entropy_share = 0.5
[training]
workers = 2
episodes = 3
[evaluation]
episodes = 2
)";

/// What a study of these settings gives: its digest, which is over models and evaluation rows.
std::string digest_of_study(const std::vector<std::string>& settings) {
  const auto plan = plan_of(small_study, settings);
  EXPECT_TRUE(plan.has_value()) << plan.error().message;
  if (!plan) return {};
  const TemporaryFolder folder;
  std::string digest;
  for (const int number : {1, 2}) {  // in shards, which leave the simple policies out
    RecordingObserver observer;
    const auto outcome =
        run_study(*plan, {.out = folder.path(), .shard = {.number = number, .count = 2}}, observer, {});
    EXPECT_TRUE(outcome.has_value()) << outcome.error().message;
    digest = outcome ? outcome->digest : "";
  }
  return digest;
}

std::map<std::string, std::string> digests() {
  std::map<std::string, std::string> digests;
  for (const auto& environment : env::registry())
    digests[environment.name] = digest_of_study({fmt::format("environment='{}'", environment.name)});
  digests["offload, sound"] = digest_of_study({"profile='sound'"});
  digests["offload, tuned"] = digest_of_study({"preset='tuned'"});
  digests["t-maze, delay"] = digest_of_study({"environment='t-maze'", "arms=['a3c']", "learner.delay=3"});
  digests["t-maze, steps"] = digest_of_study({"environment='t-maze'", "training.steps=100"});
  return digests;
}

TEST(Semantics, TheNumberIsRaisedWheneverResultsChange) {
  const auto now = digests();
  const auto text = read_file(recorded_file);
  const Json recorded = text ? parse_json(*text).value_or(Json()) : Json();
  const bool same = recorded.is_object() && recorded.value("digests", Json()) == Json(now);
  const bool raised = !recorded.is_object() || recorded.value("semantics", 0) < record::semantics;
  if (std::getenv("WINDHOVER_RENEW") != nullptr && raised) {
    const Json renewed = {{"semantics", record::semantics}, {"digests", now}};
    ASSERT_TRUE(replace_file(recorded_file, renewed.dump(2) + "\n"));
    return;
  }
  ASSERT_TRUE(recorded.is_object()) << recorded_file;
  EXPECT_EQ(recorded["semantics"], record::semantics);
  EXPECT_TRUE(same)
      << "the same settings give other results than those that were recorded with semantics "
      << recorded["semantics"] << ": raise record::semantics (record/provenance.hpp), record "
      << "the digests anew by WINDHOVER_RENEW=1, and say so in CHANGELOG.md and docs/results.md\n"
      << Json(now).dump(2);
}

}  // namespace
}  // namespace windhover::study
