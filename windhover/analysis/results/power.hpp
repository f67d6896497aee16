#pragma once

#include <optional>
#include <string>
#include <vector>

#include "windhover/analysis/results/statistics.hpp"

namespace windhover::analysis {

/// The smallest effects that so many seeds find with the wanted power.
struct DetectableEffect {
  int seeds = 0;
  double independent = not_a_number;  ///< of cells that share no seeds
  double paired = not_a_number;       ///< over shared seeds; NaN while the correlation is not known

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("seeds", self.seeds);
    visit("independent", self.independent);
    visit("paired", self.paired);
  }
};

struct SeedsNeeded {
  int independent = 0;
  std::optional<int> paired = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("independent", self.independent);
    visit("paired", self.paired);
  }
};

struct ContrastPower {
  std::string label = {};
  std::string kind = {};
  std::vector<double> coefficients = {};
  std::vector<DetectableEffect> detectable = {};
  std::optional<SeedsNeeded> seeds_needed = {};  ///< for the wanted effect

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("label", self.label);
    visit("kind", self.kind);
    visit("coefficients", self.coefficients);
    visit("detectable", self.detectable);
    visit("seeds_needed", self.seeds_needed);
  }
};

/// What can be asked of every contrast, in the unit of one spread.
struct PowerTable {
  std::string measure = {};
  std::string unit = {};
  double sigma = not_a_number;
  double correlation = not_a_number;
  std::vector<ContrastPower> contrasts = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("measure", self.measure);
    visit("unit", self.unit);
    visit("sigma", self.sigma);
    visit("correlation", self.correlation);
    visit("contrasts", self.contrasts);
  }
};

struct PairedEffect {
  int seeds = 0;
  double paired = not_a_number;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("seeds", self.seeds);
    visit("paired", self.paired);
  }
};

/// The one-sample t over shared seeds.
struct PairedPower {
  std::string unit = {};
  std::vector<PairedEffect> detectable = {};
  std::optional<int> seeds_needed = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("unit", self.unit);
    visit("detectable", self.detectable);
    visit("seeds_needed", self.seeds_needed);
  }
};

/// What a study can detect.
struct PowerPlan {
  std::string study = {};
  std::size_t cells = 0;
  std::vector<std::string> arms = {};
  std::size_t seeds = 0;
  double power = not_a_number;
  double level = not_a_number;
  double effect = not_a_number;  ///< wanted, if any
  std::vector<int> counts = {};  ///< numbers of seeds looked at
  PairedPower paired = {};
  std::vector<PowerTable> tables = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("study", self.study);
    visit("cells", self.cells);
    visit("arms", self.arms);
    visit("seeds", self.seeds);
    visit("power", self.power);
    visit("level", self.level);
    visit("effect", self.effect);
    visit("counts", self.counts);
    visit("paired", self.paired);
    visit("tables", self.tables);
  }
};

}  // namespace windhover::analysis
