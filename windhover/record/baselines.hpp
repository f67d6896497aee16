#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "windhover/core/described.hpp"

/// baselines.json: what simple policies earn, and what no policy can exceed.
namespace windhover::record {

/// A mean over episodes under one condition.
struct ConditionScore {
  double condition = 0;
  double mean = 0;
  double standard_error = 0;  ///< over episodes
  int episodes = 0;

  friend bool operator==(const ConditionScore&, const ConditionScore&) = default;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("condition", self.condition);
    visit("mean", self.mean);
    visit("standard_error", self.standard_error);
    visit("episodes", self.episodes);
  }
};

struct PolicyScore {
  std::string policy = {};
  ConditionScore score = {};

  friend bool operator==(const PolicyScore&, const PolicyScore&) = default;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("policy", self.policy);
    visit.inlined(self.score);
  }
};

struct UpperBound {
  std::string name = {};
  std::string note = {};      ///< what is allowed to it
  double mean = 0;            ///< over the conditions, with equal weight
  double standard_error = 0;  ///< of that
  std::vector<ConditionScore> conditions = {};

  friend bool operator==(const UpperBound&, const UpperBound&) = default;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("note", self.note);
    visit("mean", self.mean);
    visit("standard_error", self.standard_error);
    visit("conditions", self.conditions);
  }
};

struct Baselines {
  std::uint64_t seed = 0;  ///< of the episodes
  std::string reference = "random";
  std::vector<PolicyScore> policies = {};                      ///< in the baseline cell
  std::optional<UpperBound> upper_bound = {};                  ///< likewise, if the environment has one
  std::map<std::string, std::vector<PolicyScore>> cells = {};  ///< of cells that meet other episodes
  std::map<std::string, std::optional<UpperBound>> cell_upper_bounds = {};  ///< of the same

  /// The scores in a cell: its own, or the baseline cell's.
  [[nodiscard]] const std::vector<PolicyScore>& policies_of(const std::string& cell) const;
  /// The bound in a cell. One that meets other episodes borrows none.
  [[nodiscard]] const std::optional<UpperBound>& upper_bound_of(const std::string& cell) const;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("seed", self.seed);
    visit("reference", self.reference);
    visit("policies", self.policies);
    visit("upper_bound", self.upper_bound);
    visit("cells", self.cells);
    visit("cell_upper_bounds", self.cell_upper_bounds);
  }
};

}  // namespace windhover::record
