#pragma once

#include <string_view>
#include <vector>

#include "windhover/core/result.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::study {

/// One of `count` parts of a study, of about the same cost, which machines that share nothing can carry out
/// side by side. The parts follow from the plan alone: each machine finds its own.
struct Shard {
  int number = 1;  ///< from 1
  int count = 1;

  /// Whether it is a part of something.
  [[nodiscard]] bool is_part() const { return count > 1; }
};

/// "3/8". Error, of kind usage: anything else than two whole numbers, the first from 1 to the second.
[[nodiscard]] Result<Shard> parse_shard(std::string_view text);

/// The shard's runs in canonical order. All shards are of about the same cost (list_schedule.hpp).
[[nodiscard]] std::vector<RunPlan> runs_of_shard(const Plan& plan, const Shard& shard);

}  // namespace windhover::study
