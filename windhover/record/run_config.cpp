#include "windhover/record/run_config.hpp"

namespace windhover::record {

std::optional<double> RunConfig::reward_scale() const {
  const auto scale = environment_fields.find("reward_scale");
  if (scale == environment_fields.end() || !scale->is_number()) return std::nullopt;
  return scale->get<double>();
}

bool RunConfig::is_reproducible() const {
  const auto schedule = learner.find("schedule");
  return schedule == learner.end() || *schedule != "threads";
}

}  // namespace windhover::record
