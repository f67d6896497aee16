#include "windhover/analysis/claim_tests.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "windhover/analysis/collapse.hpp"
#include "windhover/analysis/design.hpp"
#include "windhover/analysis/families.hpp"
#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/noise_floor.hpp"
#include "windhover/analysis/response.hpp"
#include "windhover/stats/contrast.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::analysis {
namespace {

using record::Claim;
using record::ClaimMetric;
using record::ClaimSide;

/// One of the things that must hold for a claim to hold.
struct Requirement {
  CellContrast contrast;
  double bound = 0;
  ClaimSide side = ClaimSide::larger;
};

/// What the seeds say of a comparison.
struct Outcome {
  Contrast test = {};            ///< its p-values are of the distance from the bound
  bool agrees = false;           ///< the estimate is on the claimed side
  std::optional<bool> by_value;  ///< whether it holds, where all seeds agree and so decide without a test
};

/// The contrasts of a claim; none if nothing tests it, or the design has no such effect.
std::vector<CellContrast> contrasts_of(const Claim& claim, const record::Study& study) {
  if (claim.effect.empty()) return claim.contrasts;
  for (const auto& contribution : contributions_of(study)) {
    if (std::ranges::is_permutation(contribution.factors, claim.effect)) return {contribution.contrast};
  }
  return {};
}

std::vector<Requirement> requirements_of(const Claim& claim, const record::Study& study) {
  std::vector<Requirement> list;
  auto contrasts = contrasts_of(claim, study);
  if (claim.noise_floor && study.noise_floor)
    contrasts = {{{.cell = study.noise_floor->cell, .coefficient = 1}}};
  for (const auto& contrast : contrasts) {
    if (claim.side == ClaimSide::none && claim.bound) {
      list.push_back({.contrast = contrast, .bound = -*claim.bound, .side = ClaimSide::larger});
      list.push_back({.contrast = contrast, .bound = *claim.bound, .side = ClaimSide::smaller});
    } else {
      list.push_back({.contrast = contrast, .bound = claim.bound.value_or(0), .side = claim.side});
    }
  }
  return list;
}

Response worst_condition_response(const ScoreBook& book, const std::string& arm, ActionChoice choice) {
  return [&book, arm, choice](const std::string& cell, std::uint64_t seed) -> std::optional<double> {
    const auto* run = book.find(cell, arm, seed);
    if (run == nullptr) return std::nullopt;
    return run->worst_condition(choice);
  };
}

/// Compares under one choice of actions.
class Comparer {
 public:
  Comparer(const ScoreBook& book, const std::vector<ModelCollapse>& collapse, ActionChoice choice)
      : book_(book), collapse_(collapse), choice_(choice) {}

  [[nodiscard]] Outcome compare(const Claim& claim, const Requirement& comparison) const {
    if (claim.noise_floor) {
      Outcome outcome{.test = noise_floor_test(book_, response(claim), comparison.bound), .by_value = {}};
      outcome.agrees = lies_on_side(outcome.test, comparison);
      return outcome;
    }
    Outcome outcome{.by_value = {}};
    const bool is_cv = claim.metric == ClaimMetric::cv;
    auto [test, values] = is_cv ? cv_contrast(book_, comparison.contrast, claim.arm, choice_)
                                : tested(seed_values(claim, comparison));
    outcome.test = std::move(test);
    outcome.agrees = lies_on_side(outcome.test, comparison);
    if (values.empty()) return outcome;
    if (claim.bound && are_the_same(values)) {
      decide_by_value(outcome, values, comparison);
    } else {
      test_distance(outcome.test, values, comparison.bound);
    }
    return outcome;
  }

 private:
  static CvContrast tested(std::vector<double> values) {
    return {.test = contrast_of(values), .seed_values = std::move(values)};
  }

  static bool lies_on_side(const Contrast& test, const Requirement& comparison) {
    const double distance = test.estimate - comparison.bound;
    return (comparison.side == ClaimSide::larger && distance > 0) ||
           (comparison.side == ClaimSide::smaller && distance < 0);
  }

  [[nodiscard]] std::vector<double> seed_values(const Claim& claim, const Requirement& comparison) const {
    return contrast_values(comparison.contrast, response(claim), book_.study().seeds);
  }

  [[nodiscard]] Response response(const Claim& claim) const {
    switch (claim.metric) {
      case ClaimMetric::collapse:
        return collapse_response(collapse_, claim.arm);
      case ClaimMetric::worst_condition:
        return worst_condition_response(book_, claim.arm, choice_);
      case ClaimMetric::gap:
        if (const auto arms = gap_arms(book_.study())) return gap_response(book_, *arms, choice_);
        return [](const std::string&, std::uint64_t) { return std::nullopt; };
      case ClaimMetric::mean:
      case ClaimMetric::cv:
        break;
    }
    return arm_mean(book_, claim.arm, choice_);
  }

  static bool are_the_same(std::span<const double> values) {
    return values.size() >= 2 && std::isfinite(stats::mean(values)) && !stats::has_spread(values);
  }

  static void decide_by_value(Outcome& outcome, std::span<const double> values,
                              const Requirement& comparison) {
    const double value = outcome.test.estimate;
    outcome.by_value =
        comparison.side == ClaimSide::larger ? value >= comparison.bound : value <= comparison.bound;
    outcome.test.ci95.reset();
    outcome.test.p_value = not_a_number;
    outcome.test.sign_flip_p = not_a_number;
    outcome.test.note = fmt::format(
        "every one of the {} seeds gives {:.6g}: there is no spread to test with, and the value itself "
        "decides",
        values.size(), value);
  }

  /// The p-values of a distance from 0 become those of the distance from the bound.
  static void test_distance(Contrast& test, std::vector<double> values, double bound) {
    if (bound == 0) return;
    for (double& value : values) value -= bound;
    const auto distance = contrast_of(values);
    test.p_value = distance.p_value;
    test.sign_flip_p = distance.sign_flip_p;
    test.note = distance.note;
  }

  const ScoreBook& book_;
  const std::vector<ModelCollapse>& collapse_;
  ActionChoice choice_;
};

/// What the comparisons of a claim say together.
struct Evidence {
  bool agrees = false;             ///< every comparison is on the claimed side
  bool decided = false;            ///< without a test, by values that do not vary
  double p = stats::not_a_number;  ///< for what they say; NaN if a comparison could not be tested
  std::size_t shown = 0;           ///< the comparison that decides
};

Evidence weigh(const std::vector<Outcome>& outcomes) {
  Evidence evidence{.agrees = !outcomes.empty()};
  std::optional<std::size_t> weakest;
  std::optional<std::size_t> against;
  const auto p_of = [&](std::size_t i) { return outcomes[i].test.p_value; };
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].by_value == false) return {.agrees = false, .decided = true, .shown = i};
    if (outcomes[i].by_value == true) continue;
    if (!std::isfinite(p_of(i))) return {.agrees = false, .shown = i};
    if (!weakest || p_of(i) > p_of(*weakest)) weakest = i;
    if (!outcomes[i].agrees && (!against || p_of(i) < p_of(*against))) against = i;
  }
  if (!weakest) {
    evidence.decided = evidence.agrees;
    return evidence;
  }
  evidence.agrees = !against.has_value();
  evidence.shown = against.value_or(*weakest);
  const auto count = static_cast<double>(outcomes.size());
  evidence.p = against ? std::min(1.0, count * p_of(*against)) : p_of(*weakest);
  return evidence;
}

/// What the evidence says if its p-value is small enough, which `settle` looks at.
ClaimOutcome side_of(const Evidence& evidence) {
  if (!evidence.decided && !std::isfinite(evidence.p)) return ClaimOutcome::not_decidable;
  return evidence.agrees ? ClaimOutcome::confirmed : ClaimOutcome::contradicted;
}

ClaimVerdict claim_verdict(const Claim& claim, const std::vector<Outcome>& outcomes,
                           const Evidence& evidence) {
  ClaimVerdict entry{.verdict = side_of(evidence),
                     .bound = claim.bound.value_or(not_a_number),
                     .p_value = evidence.p,
                     .comparisons = outcomes.size(),
                     .note = claim.effect.empty() ? "" : "the design has no such effect"};
  if (outcomes.empty()) return entry;
  const auto& shown = outcomes[evidence.shown].test;
  entry.estimate = shown.estimate;
  entry.ci95 = shown.ci95;
  entry.sign_flip_p = shown.sign_flip_p;
  entry.n_seeds = shown.n_seeds;
  entry.note = shown.note;
  return entry;
}

}  // namespace

std::string verdict_rule() {
  return "Confirmed or contradicted needs a paired t over seeds (for a bound, a one-sample t; for the noise "
         "floor, Welch's) with a p below .05 after Holm's adjustment over the family; otherwise not "
         "decidable. A claim with several comparisons needs all of them. The sign-flip p stands beside it.";
}

ClaimVerdict judge(const ScoreBook& book, const std::vector<ModelCollapse>& collapse, const Claim& claim,
                   ActionChoice choice) {
  const Comparer comparer(book, collapse, choice);
  std::vector<Outcome> outcomes;
  for (const auto& comparison : requirements_of(claim, book.study()))
    outcomes.push_back(comparer.compare(claim, comparison));
  return claim_verdict(claim, outcomes, weigh(outcomes));
}

void settle(ClaimVerdict& verdict, double holm_p) {
  verdict.holm_p = holm_p;
  const bool by_test = std::isfinite(verdict.p_value);
  if (by_test && !(holm_p < significance_level)) verdict.verdict = ClaimOutcome::not_decidable;
}

std::string test_name(const Claim& claim, const record::Study& study) {
  const auto metric = record::name_of(claim.metric);
  if (claim.noise_floor && !claim.bound) return noise_test_name(metric, claim.arm);
  const auto contrasts = contrasts_of(claim, study);
  if (contrasts.size() == 1 && !claim.noise_floor && claim.bound.value_or(0) == 0)
    return test_name(metric, claim.arm, contrasts.front());
  return "claim " + claim.id;
}

std::string noise_test_name(const std::string& metric, const std::string& arm) {
  return fmt::format("noise floor {} {}", metric, arm);
}

}  // namespace windhover::analysis
