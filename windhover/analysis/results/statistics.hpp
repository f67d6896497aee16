#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/analysis/results/words.hpp"
#include "windhover/core/described.hpp"
#include "windhover/core/rows.hpp"
#include "windhover/stats/interval.hpp"

/// The entries that the results are made of; docs/results-schema.md says what each member means. A member has
/// the name of its key unless that is no good name. NaN and an empty optional are null.
namespace windhover::analysis {

using described::not_a_number;
using stats::Interval;

/// "greedy" or "sampled".
[[nodiscard]] std::string name_of(ActionChoice choice);

inline constexpr std::array both_choices = {ActionChoice::greedy, ActionChoice::sampled};

/// Both, this one in front.
[[nodiscard]] constexpr std::array<ActionChoice, 2> choices_from(ActionChoice first) {
  if (first == ActionChoice::greedy) return both_choices;
  return {ActionChoice::sampled, ActionChoice::greedy};
}

/// The same under greedy and under sampled actions.
template <class T>
struct ByChoice {
  T greedy = {};
  T sampled = {};

  [[nodiscard]] T& operator[](ActionChoice choice) {
    return choice == ActionChoice::greedy ? greedy : sampled;
  }
  [[nodiscard]] const T& operator[](ActionChoice choice) const {
    return choice == ActionChoice::greedy ? greedy : sampled;
  }

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("greedy", self.greedy);
    visit("sampled", self.sampled);
  }
};

/// Of which environment an entry is, in the results of a study that has several.
struct Origin {
  std::optional<std::string> environment = {};
  std::optional<std::string> profile = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit.maybe("environment", self.environment);
    visit.maybe("profile", self.profile);
  }
};

/// A mean over seeds.
struct SeedMean {
  std::size_t n_seeds = 0;
  double mean = not_a_number;
  double deviation = not_a_number;  ///< `std`, with n − 1
  std::optional<Interval> ci95 = {};
  std::string note = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("n_seeds", self.n_seeds);
    visit("mean", self.mean);
    visit("std", self.deviation);
    visit("ci95", self.ci95);
    visit("note", self.note);
  }
};

/// A t test of a contrast that was formed within each seed, and what is said of it.
struct Contrast {
  std::size_t n_seeds = 0;
  double estimate = not_a_number;
  std::optional<Interval> ci95 = {};
  double standard_error = not_a_number;
  double degrees_of_freedom = not_a_number;
  double t = not_a_number;
  double p_value = not_a_number;
  double sign_flip_p = not_a_number;
  double smallest_attainable_p = not_a_number;
  double minimum_detectable_effect = not_a_number;
  double hedges_g = not_a_number;
  std::string hedges_g_note = {};
  std::optional<double> holm_p = {};  ///< of a member of the family
  std::optional<double> bh_p = {};    ///< of what was explored
  EffectVerdict verdict = EffectVerdict::not_decidable;
  std::string note = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("n_seeds", self.n_seeds);
    visit("estimate", self.estimate);
    visit("ci95", self.ci95);
    visit("standard_error", self.standard_error);
    visit("degrees_of_freedom", self.degrees_of_freedom);
    visit("t", self.t);
    visit("p_value", self.p_value);
    visit("sign_flip_p", self.sign_flip_p);
    visit("smallest_attainable_p", self.smallest_attainable_p);
    visit("minimum_detectable_effect", self.minimum_detectable_effect);
    visit("hedges_g", self.hedges_g);
    visit("hedges_g_note", self.hedges_g_note);
    visit.maybe("holm_p", self.holm_p);
    visit.maybe("bh_p", self.bh_p);
    visit("verdict", self.verdict);
    visit("note", self.note);
  }
};

/// A statistic with the interval of the seed-cluster bootstrap.
struct Bootstrap {
  std::size_t n_seeds = 0;
  double estimate = not_a_number;
  std::optional<Interval> ci95 = {};
  bool few_seeds = false;
  std::string note = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("n_seeds", self.n_seeds);
    visit("estimate", self.estimate);
    visit("ci95", self.ci95);
    visit("few_seeds", self.few_seeds);
    visit("note", self.note);
  }
};

/// A robust statistic, likewise.
struct RobustScore {
  double value = not_a_number;
  std::optional<Interval> ci95 = {};
  std::size_t n_seeds = 0;
  bool few_seeds = false;
  std::string note = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("value", self.value);
    visit("ci95", self.ci95);
    visit("n_seeds", self.n_seeds);
    visit("few_seeds", self.few_seeds);
    visit("note", self.note);
  }
};

/// The coefficient of variation of seed means.
struct SeedCv {
  std::size_t n_seeds = 0;
  double estimate = not_a_number;
  std::optional<Interval> ci95 = {};
  std::optional<std::string> method = {};
  std::string note = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("n_seeds", self.n_seeds);
    visit("estimate", self.estimate);
    visit("ci95", self.ci95);
    visit("method", self.method);
    visit("note", self.note);
  }
};

}  // namespace windhover::analysis

namespace windhover::described {

template <>
struct Leaf<stats::Interval> {
  static constexpr std::string_view wanted = "an interval [lower, upper]";
  static Json write(const stats::Interval& value) { return Json::array({value.lower, value.upper}); }
  static bool read(const Json& json, stats::Interval& value) {
    if (!json.is_array() || json.size() != 2 || !json[0].is_number() || !json[1].is_number()) return false;
    value = {.lower = json[0].get<double>(), .upper = json[1].get<double>()};
    return true;
  }
};

template <>
struct Leaf<ActionChoice> {
  static constexpr std::string_view wanted = "\"greedy\" or \"sampled\"";
  static Json write(ActionChoice value) { return analysis::name_of(value); }
  static bool read(const Json& json, ActionChoice& value) {
    if (json != "greedy" && json != "sampled") return false;
    value = json == "greedy" ? ActionChoice::greedy : ActionChoice::sampled;
    return true;
  }
};

}  // namespace windhover::described
