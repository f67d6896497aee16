#include "windhover/record/identity.hpp"

#include <functional>
#include <vector>

#include <gtest/gtest.h>

namespace windhover::record {
namespace {

RunConfig run_config() {
  return {.study = "paper",
          .id = {.cell = "gru+ln", .arm = "a3c", .seed = 42},
          .factors = {{"recurrent", Level::of(true)}},
          .environment = "offload",
          .profile = "paper",
          .preset = "published",
          .environment_fields = {{"tasks", 5}},
          .learner = {{"lr", 1e-4}},
          .training = {.workers = 5, .velocities = {5, 10}, .episodes = 2000},
          .evaluation = {.velocities = {5, 50}, .episodes = 20, .members = 5}};
}

/// Whether two configurations are one in a scope.
struct Sameness {
  bool whole;
  bool training;
  bool without_budget;

  friend bool operator==(const Sameness&, const Sameness&) = default;
};

Sameness sameness_after(const std::function<void(RunConfig&)>& change) {
  RunConfig changed = run_config();
  change(changed);
  const auto is_same = [&](Scope scope) {
    return identity_of(run_config(), scope) == identity_of(changed, scope);
  };
  return {.whole = is_same(Scope::whole),
          .training = is_same(Scope::training),
          .without_budget = is_same(Scope::without_budget)};
}

TEST(Identity, IsNotAboutNames) {
  const std::vector<std::function<void(RunConfig&)>> changes = {
      [](RunConfig& config) { config.study = "another"; }, [](RunConfig& config) { config.quick = true; },
      [](RunConfig& config) { config.id.cell = "baseline"; }, [](RunConfig& config) { config.factors = {}; },
      [](RunConfig& config) { config.preset = "custom"; }};
  for (const auto& change : changes)
    EXPECT_EQ(sameness_after(change), (Sameness{.whole = true, .training = true, .without_budget = true}));
}

TEST(Identity, IsAboutAllThatTakesEffectInTraining) {
  const std::vector<std::function<void(RunConfig&)>> changes = {
      [](RunConfig& config) { config.id.arm = "individual"; },
      [](RunConfig& config) { config.id.seed = 43; },
      [](RunConfig& config) { config.environment = "t-maze"; },
      [](RunConfig& config) { config.profile = "sound"; },
      [](RunConfig& config) { config.environment_fields["tasks"] = 6; },
      [](RunConfig& config) { config.learner["lr"] = 1e-3; },
      [](RunConfig& config) { config.training.workers = 4; },
      [](RunConfig& config) {
        config.training.velocities = {5, 11};
      }};
  for (const auto& change : changes)
    EXPECT_EQ(sameness_after(change), (Sameness{.whole = false, .training = false, .without_budget = false}));
}

TEST(Identity, TellsBudgetAndEvaluationFromTheRest) {
  const auto budget = [](RunConfig& config) { config.training.episodes = 4000; };
  EXPECT_EQ(sameness_after(budget), (Sameness{.whole = false, .training = false, .without_budget = true}));
  const auto steps = [](RunConfig& config) {
    config.training.episodes.reset();
    config.training.steps = 1000;
  };
  EXPECT_EQ(sameness_after(steps), (Sameness{.whole = false, .training = false, .without_budget = true}));
  const auto evaluation = [](RunConfig& config) { config.evaluation.episodes = 40; };
  EXPECT_EQ(sameness_after(evaluation), (Sameness{.whole = false, .training = true, .without_budget = true}));
}

TEST(Identity, IsOfTheSemantics) {
  for (const auto scope : {Scope::whole, Scope::training, Scope::without_budget}) {
    EXPECT_EQ(identity_of(run_config(), scope), identity_of(run_config(), scope, semantics));
    EXPECT_NE(identity_of(run_config(), scope), identity_of(run_config(), scope, semantics + 1));
  }
}

}  // namespace
}  // namespace windhover::record
