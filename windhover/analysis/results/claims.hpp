#pragma once

#include <optional>
#include <string>
#include <vector>

#include "windhover/analysis/results/statistics.hpp"
#include "windhover/analysis/results/words.hpp"

namespace windhover::analysis {

/// What the seeds say of a claim under one choice of actions.
struct ClaimVerdict {
  ClaimOutcome verdict = ClaimOutcome::not_decidable;
  double bound = not_a_number;
  double estimate = not_a_number;
  std::optional<Interval> ci95 = {};
  double p_value = not_a_number;
  double holm_p = not_a_number;
  double sign_flip_p = not_a_number;
  std::size_t n_seeds = 0;
  std::size_t comparisons = 0;
  std::string note = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("verdict", self.verdict);
    visit("bound", self.bound);
    visit("estimate", self.estimate);
    visit("ci95", self.ci95);
    visit("p_value", self.p_value);
    visit("holm_p", self.holm_p);
    visit("sign_flip_p", self.sign_flip_p);
    visit("n_seeds", self.n_seeds);
    visit("comparisons", self.comparisons);
    visit("note", self.note);
  }
};

struct PublishedArmScores {
  double mean = not_a_number;
  double deviation = not_a_number;  ///< `std`
  double cv = not_a_number;
  double worst = not_a_number;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("mean", self.mean);
    visit("std", self.deviation);
    visit("cv", self.cv);
    visit("worst", self.worst);
  }
};

struct PublishedGap {
  double absolute = not_a_number;
  double percent = not_a_number;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("absolute", self.absolute);
    visit("percent", self.percent);
  }
};

/// The published figures of a cell, and which of ours it is.
struct PublishedCellScores {
  std::string cell = {};
  std::string ours = {};
  PublishedArmScores a3c = {};
  PublishedArmScores individual = {};
  PublishedGap gap = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("cell", self.cell);
    visit("ours", self.ours);
    visit("a3c", self.a3c);
    visit("individual", self.individual);
    visit("gap", self.gap);
  }
};

struct PublishedClaimResults {
  std::string id = {};
  std::string claim = {};
  std::string published = {};
  std::string tested = {};
  ByChoice<ClaimVerdict> verdicts = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("id", self.id);
    visit("claim", self.claim);
    visit("published", self.published);
    visit("tested", self.tested);
    visit.inlined(self.verdicts);
  }
};

struct DeclaredClaimResults {
  std::string id = {};
  std::string text = {};
  std::string tested = {};
  std::string metric = {};
  std::string arm = {};
  ActionChoice actions = ActionChoice::greedy;
  ClaimVerdict verdict = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("id", self.id);
    visit("text", self.text);
    visit("tested", self.tested);
    visit("metric", self.metric);
    visit("arm", self.arm);
    visit("actions", self.actions);
    visit.inlined(self.verdict);
  }
};

struct Claims {
  std::string rule = {};
  std::string note = {};
  std::vector<PublishedCellScores> cells = {};
  std::vector<PublishedClaimResults> claims = {};
  std::vector<DeclaredClaimResults> declared = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("rule", self.rule);
    visit("note", self.note);
    visit("cells", self.cells);
    visit("claims", self.claims);
    visit("declared", self.declared);
  }
};

}  // namespace windhover::analysis
