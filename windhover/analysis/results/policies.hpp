#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "windhover/analysis/results/statistics.hpp"
#include "windhover/analysis/results/words.hpp"
#include "windhover/record/baselines.hpp"

namespace windhover::analysis {

/// A simple policy's score, averaged over the test conditions with equal weight.
struct SimpleScore {
  std::string policy = {};
  double mean = 0;
  double standard_error = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("policy", self.policy);
    visit("mean", self.mean);
    visit("standard_error", self.standard_error);
  }
};

/// What the learners of a cell are held against.
struct CellPolicies {
  double reference_score = not_a_number;
  std::vector<SimpleScore> simple = {};  ///< best first
  std::optional<record::UpperBound> upper_bound = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("reference_score", self.reference_score);
    visit("simple", self.simple);
    visit("upper_bound", self.upper_bound);
  }
};

/// A learner's mean in percent of the upper bound.
struct BoundShare {
  std::size_t n_seeds = 0;
  double percent = not_a_number;
  std::optional<Interval> percent_ci95 = {};
  std::string note = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("n_seeds", self.n_seeds);
    visit("percent", self.percent);
    visit("percent_ci95", self.percent_ci95);
    visit("note", self.note);
  }
};

struct Learner {
  std::string cell = {};
  std::string arm = {};
  ActionChoice actions = ActionChoice::greedy;
  double mean = not_a_number;
  std::optional<Interval> ci95 = {};
  std::size_t n_seeds = 0;
  double reference_score = not_a_number;
  double difference = not_a_number;  ///< of the mean from the reference
  Standing standing = Standing::not_known;
  std::vector<std::string> beats = {};
  std::optional<BoundShare> share_of_bound = {};
  Origin origin = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("cell", self.cell);
    visit("arm", self.arm);
    visit("actions", self.actions);
    visit("mean", self.mean);
    visit("ci95", self.ci95);
    visit("n_seeds", self.n_seeds);
    visit("reference_score", self.reference_score);
    visit("difference", self.difference);
    visit("standing", self.standing);
    visit("beats", self.beats);
    visit("share_of_bound", self.share_of_bound);
    visit.inlined(self.origin);
  }
};

struct Policies {
  std::string reference = {};
  CellPolicies baseline = {};                      ///< of the baseline cell
  std::map<std::string, CellPolicies> cells = {};  ///< those with scores of their own
  std::vector<Learner> learners = {};              ///< best first within each choice of actions

  /// What holds in this cell.
  [[nodiscard]] const CellPolicies& of_cell(const std::string& cell) const {
    const auto own = cells.find(cell);
    return own == cells.end() ? baseline : own->second;
  }

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("reference", self.reference);
    visit.inlined(self.baseline);
    visit("cells", self.cells);
    visit("learners", self.learners);
  }
};

struct CandidateResults {
  std::string label = {};
  double value = not_a_number;
  std::optional<Interval> ci95 = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("label", self.label);
    visit("value", self.value);
    visit("ci95", self.ci95);
  }
};

/// The best cell by a criterion, if one can be named.
struct BestFor {
  ActionChoice actions = ActionChoice::greedy;
  std::string criterion = {};
  std::string rule = {};
  std::vector<CandidateResults> candidates = {};
  std::size_t selected_from = 0;               ///< candidates with a value
  std::optional<Interval> selected_ci95 = {};  ///< of the winner's value, allowing for the selection
  std::optional<std::string> winner = {};
  std::optional<std::string> withheld = {};
  Origin origin = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("actions", self.actions);
    visit("criterion", self.criterion);
    visit("rule", self.rule);
    visit("candidates", self.candidates);
    visit("selected_from", self.selected_from);
    visit("selected_ci95", self.selected_ci95);
    visit("winner", self.winner);
    visit("withheld", self.withheld);
    visit.inlined(self.origin);
  }
};

/// Exactly one of `recommendation` and `refused` is there.
struct Recommendation {
  std::string purpose = {};
  ActionChoice actions = ActionChoice::greedy;
  std::string rule = {};
  std::optional<std::string> recommendation = {};
  std::optional<std::string> refused = {};
  Origin origin = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("purpose", self.purpose);
    visit("actions", self.actions);
    visit("rule", self.rule);
    visit("recommendation", self.recommendation);
    visit("refused", self.refused);
    visit.inlined(self.origin);
  }
};

}  // namespace windhover::analysis
