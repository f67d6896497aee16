#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "windhover/analysis/results/statistics.hpp"

namespace windhover::analysis {

/// What is said of one effect, claim or learner, in the words that every table, page and summary takes from
/// here. No two statements have the same effect, arm, measure and origin.
struct Statement {
  std::string effect = {};              ///< "LayerNorm", "A3C − Individual in gru", "claim C1"
  std::string kind = {};                ///< "main effect", "gap", "claim"
  std::optional<std::string> arm = {};  ///< none for what is about several
  std::string measure = {};             ///< "mean, greedy": a metric and a choice of actions
  ActionChoice actions = ActionChoice::greedy;
  std::string verdict = {};  ///< the word of an EffectVerdict, a ClaimOutcome or a Standing
  std::string text = {};     ///< the whole sentence
  double estimate = not_a_number;
  std::optional<Interval> ci95 = {};
  double p_value = not_a_number;
  std::optional<double> holm_p = {};  ///< of a member of the family
  double sign_flip_p = not_a_number;
  std::size_t n_seeds = 0;
  double minimum_detectable_effect = not_a_number;
  std::string note = {};
  Origin origin = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("effect", self.effect);
    visit("kind", self.kind);
    visit("arm", self.arm);
    visit("measure", self.measure);
    visit("actions", self.actions);
    visit("verdict", self.verdict);
    visit("text", self.text);
    visit("estimate", self.estimate);
    visit("ci95", self.ci95);
    visit("p_value", self.p_value);
    visit.maybe("holm_p", self.holm_p);
    visit("sign_flip_p", self.sign_flip_p);
    visit("n_seeds", self.n_seeds);
    visit("minimum_detectable_effect", self.minimum_detectable_effect);
    visit("note", self.note);
    visit.inlined(self.origin);
  }
};

}  // namespace windhover::analysis
