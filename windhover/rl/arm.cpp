#include "windhover/rl/arm.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "windhover/core/nearest.hpp"

namespace windhover::rl {

const std::vector<Arm>& arms() {
  static const std::vector<Arm> all = {
      {.name = "a3c",
       .summary = "one shared model; stale gradients of the workers, one after another",
       .shared_model = true},
      {.name = "individual", .summary = "a model a worker"},
      {.name = "a2c",
       .summary = "one shared model; the mean of fresh gradients of all workers",
       .shared_model = true,
       .averaged_gradients = true},
      {.name = "individual-matched",
       .summary = "a model a worker, each trained for as long as a shared one",
       .matched_budget = true},
      {.name = "individual-mixed",
       .summary = "the same, each learner going through the conditions of all workers",
       .matched_budget = true,
       .mixed_conditions = true},
  };
  return all;
}

const std::vector<std::string>& arm_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const Arm& arm : arms()) list.push_back(arm.name);
    return list;
  }();
  return names;
}

const std::vector<std::string>& default_arm_names() {
  static const std::vector<std::string> names = {"a3c", "individual"};
  return names;
}

Result<const Arm*> find_arm(std::string_view name) {
  const auto found = std::ranges::find(arms(), name, &Arm::name);
  if (found != arms().end()) return &*found;
  return usage_error(fmt::format("unknown arm '{}'{}", name, suggestion(name, arm_names())));
}

Result<void> check_schedule(const LearnerConfig& learner, const Arm& arm, bool shares_rewards) {
  const bool threads = learner.schedule == "threads";
  const bool delayed = learner.delay != LearnerConfig::no_delay;
  if (threads && arm.averaged_gradients) {
    return usage_error(fmt::format(
        "the arm {} has its workers in step, which the 'threads' schedule has not: use 'logical'", arm.name));
  }
  if (threads && shares_rewards) {
    return usage_error(
        "the 'threads' schedule steps workers one by one and can not share rewards: use 'logical'");
  }
  if (!delayed) return {};
  if (arm.name != "a3c") {
    return usage_error(
        fmt::format("'delay' is {}, but the arm {} has no stale gradients: only a3c can be delayed",
                    learner.delay, arm.name));
  }
  if (threads) {
    return usage_error(fmt::format(
        "'delay' is {}, but the 'threads' schedule has delays of its own: use 'logical'", learner.delay));
  }
  if (shares_rewards) {
    return usage_error(fmt::format(
        "'delay' is {}, but then workers step one by one and can not share rewards", learner.delay));
  }
  return {};
}

}  // namespace windhover::rl
