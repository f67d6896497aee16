#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "windhover/analysis/results/statistics.hpp"
#include "windhover/record/level.hpp"

namespace windhover::analysis {

/// The scores of one arm of a cell under one choice of actions. `mean`, `deviation`, `cv`, `worst` are the
/// published ones: over the pooled rows, divided by n. `seed_level` is what inference rests on.
struct ArmScores {
  std::size_t rows = 0;
  double mean = not_a_number;
  double deviation = not_a_number;  ///< `std`
  double cv = not_a_number;
  std::string cv_note = {};
  Bootstrap cv_bootstrap = {};
  double worst = not_a_number;
  std::string worst_caveat = {};
  double cvar05 = not_a_number;
  std::vector<std::uint64_t> seeds = {};
  std::vector<double> seed_means = {};
  SeedMean seed_level = {};
  SeedCv cv_exact = {};
  RobustScore iqm = {};
  SeedMean worst_velocity_by_seed = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("rows", self.rows);
    visit("mean", self.mean);
    visit("std", self.deviation);
    visit("cv", self.cv);
    visit("cv_note", self.cv_note);
    visit("cv_bootstrap", self.cv_bootstrap);
    visit("worst", self.worst);
    visit("worst_caveat", self.worst_caveat);
    visit("cvar05", self.cvar05);
    visit("seeds", self.seeds);
    visit("seed_means", self.seed_means);
    visit("seed_level", self.seed_level);
    visit("cv_exact", self.cv_exact);
    visit("iqm", self.iqm);
    visit("worst_velocity_by_seed", self.worst_velocity_by_seed);
  }
};

/// One arm of a cell.
struct CellArm {
  int models = 0;
  ByChoice<ArmScores> scores = {};
  std::optional<std::size_t> collapsed_greedy = {};
  std::optional<std::size_t> collapsed_training = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("models", self.models);
    visit.inlined(self.scores);
    visit("collapsed_greedy", self.collapsed_greedy);
    visit("collapsed_training", self.collapsed_training);
  }
};

/// The difference of two arms of a cell, paired by seed.
struct Gap {
  double absolute = not_a_number;
  std::optional<Interval> absolute_ci95 = {};
  double percent = not_a_number;
  std::optional<Interval> percent_ci95 = {};
  bool unbounded = false;
  std::vector<std::uint64_t> seeds = {};
  std::vector<double> seed_values = {};
  Contrast contrast = {};
  RobustScore probability_of_improvement = {};
  std::string note = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("absolute", self.absolute);
    visit("absolute_ci95", self.absolute_ci95);
    visit("percent", self.percent);
    visit("percent_ci95", self.percent_ci95);
    visit("unbounded", self.unbounded);
    visit("seeds", self.seeds);
    visit("seed_values", self.seed_values);
    visit("contrast", self.contrast);
    visit("probability_of_improvement", self.probability_of_improvement);
    visit("note", self.note);
  }
};

struct ArmGap {
  std::string first = {};
  std::string second = {};
  ByChoice<Gap> gaps = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("first", self.first);
    visit("second", self.second);
    visit.inlined(self.gaps);
  }
};

/// The worst case of the first arm over that of the second.
struct RobustnessRatio {
  double value = not_a_number;
  bool infinite = false;
  std::string note = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("value", self.value);
    visit("infinite", self.infinite);
    visit("note", self.note);
  }
};

struct PublishedQuotients {
  RobustnessRatio robustness_ratio = {};
  Bootstrap stability_advantage = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("robustness_ratio", self.robustness_ratio);
    visit("stability_advantage", self.stability_advantage);
  }
};

struct CellResults {
  std::string id = {};
  record::Levels factors = {};
  std::optional<std::int64_t> parameters = {};
  std::map<std::string, CellArm> arms = {};
  std::optional<ArmGap> gap = {};
  std::vector<ArmGap> other_gaps = {};  ///< the first arm of the gap against every further one
  std::optional<ByChoice<PublishedQuotients>> published_quotients = {};
  std::optional<double> score_factor = {};  ///< if scores were earned in another unit
  Origin origin = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("id", self.id);
    visit("factors", self.factors);
    visit("parameters", self.parameters);
    visit("arms", self.arms);
    visit("gap", self.gap);
    visit("other_gaps", self.other_gaps);
    visit("published_quotients", self.published_quotients);
    visit.maybe("score_factor", self.score_factor);
    visit.inlined(self.origin);
  }
};

}  // namespace windhover::analysis
