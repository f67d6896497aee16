#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "windhover/analysis/results/statistics.hpp"
#include "windhover/record/level.hpp"

namespace windhover::analysis {

/// What a contrast of cells says of every arm's mean and of the gap.
struct Effect {
  std::map<std::string, Contrast> mean = {};
  std::optional<Contrast> gap = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("mean", self.mean);
    visit("gap", self.gap);
  }
};

/// Of a step or a change, with the CV of every arm, if there are not too many.
struct StepEffect {
  Effect effect = {};
  std::map<std::string, Contrast> cv = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit.inlined(self.effect);
    visit("cv", self.cv);
  }
};

/// What one factor does while the others are kept.
struct StepResults {
  std::string factor = {};
  record::Level from = {};
  record::Level to = {};
  std::string from_cell = {};
  std::string to_cell = {};
  std::string label = {};
  ByChoice<StepEffect> effects = {};
  Origin origin = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("factor", self.factor);
    visit("from", self.from);
    visit("to", self.to);
    visit("from_cell", self.from_cell);
    visit("to_cell", self.to_cell);
    visit("label", self.label);
    visit.inlined(self.effects);
    visit.inlined(self.origin);
  }
};

/// Of a main effect or interaction: tests of the CV and of collapse as well.
struct TestedEffect {
  Effect effect = {};
  std::map<std::string, Contrast> cv = {};
  std::map<std::string, Contrast> collapse = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit.inlined(self.effect);
    visit("cv", self.cv);
    visit("collapse", self.collapse);
  }
};

/// A main effect or an interaction.
struct ContributionResults {
  std::string kind = {};
  std::vector<std::string> factors = {};
  std::string label = {};
  std::map<std::string, double> coefficients = {};  ///< of the cells
  ByChoice<TestedEffect> effects = {};
  Origin origin = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("kind", self.kind);
    visit("factors", self.factors);
    visit("label", self.label);
    visit("coefficients", self.coefficients);
    visit.inlined(self.effects);
    visit.inlined(self.origin);
  }
};

/// Of a published metric against the baseline's.
struct PublishedChange {
  double absolute = not_a_number;
  double percent = not_a_number;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("absolute", self.absolute);
    visit("percent", self.percent);
  }
};

struct PublishedArmChanges {
  PublishedChange mean = {};
  PublishedChange cv = {};
  PublishedChange worst = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("mean", self.mean);
    visit("cv", self.cv);
    visit("worst", self.worst);
  }
};

/// A gap in percent changes by points, never by percent of itself.
struct PublishedChanges {
  std::map<std::string, PublishedArmChanges> arms = {};
  double gap_percentage_points = not_a_number;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("arms", self.arms);
    visit("gap_percentage_points", self.gap_percentage_points);
  }
};

struct ChangeEffect {
  StepEffect effect = {};
  PublishedChanges published = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit.inlined(self.effect);
    visit("published", self.published);
  }
};

/// A cell less the baseline.
struct ChangeResults {
  std::string cell = {};
  std::string baseline = {};
  ByChoice<ChangeEffect> effects = {};
  Origin origin = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("cell", self.cell);
    visit("baseline", self.baseline);
    visit.inlined(self.effects);
    visit.inlined(self.origin);
  }
};

struct Effects {
  std::vector<StepResults> steps = {};
  std::vector<ContributionResults> contributions = {};
  std::vector<ChangeResults> changes = {};
  std::string note = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("steps", self.steps);
    visit("contributions", self.contributions);
    visit("changes", self.changes);
    visit("note", self.note);
  }
};

/// The difference of two neighbours in the chain of arms, or of its ends.
struct ArmDifference {
  std::string first = {};
  std::string second = {};
  std::vector<double> seed_values = {};
  Contrast contrast = {};
  std::optional<std::string> name = {};  ///< of a link: what it changes

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("first", self.first);
    visit("second", self.second);
    visit("seed_values", self.seed_values);
    visit("contrast", self.contrast);
    visit.maybe("name", self.name);
  }
};

struct ChainLinks {
  std::vector<std::uint64_t> seeds = {};
  std::vector<ArmDifference> links = {};
  ArmDifference total = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("seeds", self.seeds);
    visit("links", self.links);
    visit("total", self.total);
  }
};

struct ChainOfCell {
  std::string cell = {};
  ByChoice<ChainLinks> chains = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("cell", self.cell);
    visit.inlined(self.chains);
  }
};

struct ArmChain {
  std::vector<std::string> arms = {};
  std::string rule = {};
  std::vector<ChainOfCell> cells = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("arms", self.arms);
    visit("rule", self.rule);
    visit("cells", self.cells);
  }
};

}  // namespace windhover::analysis
