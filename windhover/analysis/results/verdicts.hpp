#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "windhover/analysis/results/statistics.hpp"
#include "windhover/analysis/results/words.hpp"

namespace windhover::analysis {

/// Numbers of seeds of two samples: [replicate, study].
struct SeedCounts {
  std::size_t replicate = 0;
  std::size_t study = 0;
};

}  // namespace windhover::analysis

namespace windhover::described {

template <>
struct Leaf<analysis::SeedCounts> {
  static constexpr std::string_view wanted = "two numbers of seeds";
  static Json write(const analysis::SeedCounts& value) { return Json::array({value.replicate, value.study}); }
  static bool read(const Json& json, analysis::SeedCounts& value) {
    return json.is_array() && json.size() == 2 && Leaf<std::size_t>::read(json[0], value.replicate) &&
           Leaf<std::size_t>::read(json[1], value.study);
  }
};

}  // namespace windhover::described

namespace windhover::analysis {

struct FamilyMember {
  std::string label = {};
  std::string kind = {};
  std::string metric = {};
  std::optional<std::string> arm = {};  ///< none for the gap
  std::size_t n_seeds = 0;
  double estimate = not_a_number;
  std::optional<Interval> ci95 = {};
  double p_value = not_a_number;
  double holm_p = not_a_number;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("label", self.label);
    visit("kind", self.kind);
    visit("metric", self.metric);
    visit("arm", self.arm);
    visit("n_seeds", self.n_seeds);
    visit("estimate", self.estimate);
    visit("ci95", self.ci95);
    visit("p_value", self.p_value);
    visit("holm_p", self.holm_p);
  }
};

/// The tests that the study declares, which count as one family under one choice of actions.
struct TestFamily {
  ActionChoice actions = ActionChoice::greedy;
  std::string rule = {};
  std::size_t explored = 0;
  std::vector<FamilyMember> members = {};
  Origin origin = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("actions", self.actions);
    visit("rule", self.rule);
    visit("explored", self.explored);
    visit("members", self.members);
    visit.inlined(self.origin);
  }
};

struct AnovaRow {
  std::string source = {};
  std::string stratum = {};
  double df = not_a_number;
  double ss = not_a_number;
  double ms = not_a_number;
  double f = not_a_number;
  double p_value = not_a_number;
  double partial_eta_squared = not_a_number;
  double omega_squared = not_a_number;
  std::size_t n_seeds = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("source", self.source);
    visit("stratum", self.stratum);
    visit("df", self.df);
    visit("ss", self.ss);
    visit("ms", self.ms);
    visit("f", self.f);
    visit("p_value", self.p_value);
    visit("partial_eta_squared", self.partial_eta_squared);
    visit("omega_squared", self.omega_squared);
    visit("n_seeds", self.n_seeds);
  }
};

struct ArmAnova {
  std::string arm = {};
  std::optional<std::vector<AnovaRow>> table = {};
  std::string note = {};
  Origin origin = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("arm", self.arm);
    visit("table", self.table);
    visit("note", self.note);
    visit.inlined(self.origin);
  }
};

/// The mean under other seeds less that under the study's.
struct NoiseDifference {
  double difference = not_a_number;
  SeedCounts n_seeds = {};
  std::optional<Interval> ci95 = {};
  double standard_error = not_a_number;
  double degrees_of_freedom = not_a_number;
  double t = not_a_number;
  double p_value = not_a_number;
  double holm_p = not_a_number;
  EffectVerdict verdict = EffectVerdict::not_decidable;
  std::string note = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("difference", self.difference);
    visit("n_seeds", self.n_seeds);
    visit("ci95", self.ci95);
    visit("standard_error", self.standard_error);
    visit("degrees_of_freedom", self.degrees_of_freedom);
    visit("t", self.t);
    visit("p_value", self.p_value);
    visit("holm_p", self.holm_p);
    visit("verdict", self.verdict);
    visit("note", self.note);
  }
};

struct NoiseDifferences {
  std::map<std::string, NoiseDifference> arms = {};
  std::optional<NoiseDifference> gap = {};
  double largest_absolute = not_a_number;  ///< of the arms'

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("gap", self.gap);
    visit("largest_absolute", self.largest_absolute);
    visit.rest(self.arms);
  }
};

/// What nothing but other seeds does.
struct NoiseFloor {
  std::string cell = {};
  std::vector<std::uint64_t> seeds = {};
  std::string rule = {};
  ByChoice<NoiseDifferences> differences = {};
  Origin origin = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("cell", self.cell);
    visit("seeds", self.seeds);
    visit("rule", self.rule);
    visit.inlined(self.differences);
    visit.inlined(self.origin);
  }
};

}  // namespace windhover::analysis
