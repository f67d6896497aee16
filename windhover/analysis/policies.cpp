#include "windhover/analysis/policies.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/study_facts.hpp"
#include "windhover/analysis/wording.hpp"
#include "windhover/core/mean_with_error.hpp"
#include "windhover/stats/ratio.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::analysis {
namespace {

CellPolicies cell_policies(const record::Baselines& baselines, const std::string& cell) {
  return {.reference_score = reference_score(baselines, cell).value_or(not_a_number),
          .simple = simple_scores(baselines, cell),
          .upper_bound = baselines.upper_bound_of(cell)};
}

/// A learner's mean over the bound's, which rests on episodes of its own; none without a bound above 0.
std::optional<BoundShare> share_of(const SeedMean& summary, const std::optional<record::UpperBound>& bound) {
  const double best = bound ? bound->mean : 0.0;
  if (!(best > 0)) return std::nullopt;
  const double mean = 100 * summary.mean;
  BoundShare share{.n_seeds = summary.n_seeds, .percent = mean / best, .note = summary.note};
  if (!summary.ci95) return share;
  const auto seeds = static_cast<double>(summary.n_seeds);
  const double deviation = 100 * summary.deviation;
  const double error = bound->standard_error;
  const auto ratio =
      stats::fieller(mean, best, deviation * deviation / seeds, 0, error * error, seeds - 1, 0.95);
  if (!ratio) {
    share.note = ratio.error().message;
  } else if (ratio->bounded) {
    share.percent_ci95 = finite(ratio->interval);
  } else {
    share.note = "the upper bound is not distinguishable from 0";
  }
  return share;
}

Standing standing_of(const std::optional<Interval>& interval, std::optional<double> reference) {
  if (!interval || !reference) return Standing::not_known;
  if (exceeds(interval->lower, *reference)) return Standing::above;
  return exceeds(*reference, interval->upper) ? Standing::below : Standing::not_distinguishable;
}

Learner learner_of(const ScoreBook& book, const std::string& cell, const std::string& arm,
                   ActionChoice choice) {
  const auto& baselines = baselines_of(book);
  const auto reference = reference_score(baselines, cell);
  const auto summary = seed_mean(seed_means(book.finished(cell, arm), choice));
  Learner learner{.cell = cell,
                  .arm = arm,
                  .actions = choice,
                  .mean = summary.mean,
                  .ci95 = summary.ci95,
                  .n_seeds = summary.n_seeds,
                  .reference_score = reference.value_or(not_a_number),
                  .difference = summary.mean - reference.value_or(not_a_number),
                  .standing = standing_of(summary.ci95, reference),
                  .share_of_bound = share_of(summary, baselines.upper_bound_of(cell))};
  for (const auto& policy : simple_scores(baselines, cell)) {
    if (summary.ci95 && exceeds(summary.ci95->lower, policy.mean)) learner.beats.push_back(policy.policy);
  }
  return learner;
}

std::vector<Learner> ranked_learners(const ScoreBook& book) {
  std::vector<Learner> list;
  for (const auto choice : choices_in_order(book.record())) {
    std::vector<Learner> learners;
    for (const auto& cell : book.study().cells) {
      for (const auto& arm : book.study().arms) learners.push_back(learner_of(book, cell.id, arm, choice));
    }
    std::ranges::stable_sort(learners, std::greater<>{}, [](const Learner& learner) {
      return std::isfinite(learner.mean) ? learner.mean : std::numeric_limits<double>::lowest();
    });
    for (auto& learner : learners) list.push_back(std::move(learner));
  }
  return list;
}

/// "A3C in gru+ln (49.57)"; where cells differ in what random earns, "A3C in gru+ln (49.57, random 70.20)".
std::string learner_text(const Learner& learner, bool with_reference) {
  const auto reference =
      with_reference ? fmt::format(", random {:.2f}", learner.reference_score) : std::string();
  return fmt::format("{} in {} ({}{})", arm_label(learner.arm), learner.cell, score_text(learner.mean),
                     reference);
}

}  // namespace

const record::Baselines& baselines_of(const ScoreBook& book) {
  static const record::Baselines none;
  const auto& baselines = book.record().baselines;
  return baselines ? *baselines : none;
}

std::vector<SimpleScore> simple_scores(const record::Baselines& baselines, const std::string& cell) {
  std::vector<SimpleScore> scores;
  std::map<std::string, std::pair<std::vector<double>, std::vector<double>>> by_policy;  // means and errors
  for (const auto& [policy, score] : baselines.policies_of(cell)) {
    if (!std::isfinite(score.mean)) continue;
    auto& [means, errors] = by_policy[policy];
    means.push_back(score.mean);
    errors.push_back(score.standard_error);
  }
  for (const auto& [policy, conditions] : by_policy) {
    const auto& [means, errors] = conditions;
    scores.push_back({.policy = policy, .mean = stats::mean(means), .standard_error = error_of_mean(errors)});
  }
  std::ranges::stable_sort(scores, std::greater<>{}, &SimpleScore::mean);
  return scores;
}

std::optional<double> reference_score(const record::Baselines& baselines, const std::string& cell) {
  const auto scores = simple_scores(baselines, cell);
  const auto found = std::ranges::find(scores, baselines.reference, &SimpleScore::policy);
  if (found == scores.end() || !std::isfinite(found->mean)) return std::nullopt;
  return found->mean;
}

Policies policies_of(const ScoreBook& book) {
  const auto& baselines = baselines_of(book);
  Policies policies{.reference = baselines.reference,
                    .baseline = cell_policies(baselines, ""),
                    .learners = ranked_learners(book)};
  for (const auto& cell : book.study().cells) {
    if (baselines.cells.contains(cell.id)) policies.cells[cell.id] = cell_policies(baselines, cell.id);
  }
  return policies;
}

std::vector<std::string> below_random_sentences(const ScoreBook& book, const Policies& policies) {
  std::vector<std::string> sentences;
  const bool varies = !policies.cells.empty();
  const std::string random =
      varies ? std::string() : fmt::format(" ({})", score_text(policies.baseline.reference_score));
  for (const auto choice : choices_in_order(book.record())) {
    std::vector<std::string> surely;
    std::vector<std::string> on_average;
    for (const auto& learner : policies.learners) {
      if (learner.actions != choice || !(learner.difference < 0)) continue;
      (learner.standing == Standing::below ? surely : on_average).push_back(learner_text(learner, varies));
    }
    const std::string how = choice == ActionChoice::greedy ? "acting greedily" : "sampling from its policy";
    if (!surely.empty()) {
      sentences.push_back(
          fmt::format("Worse than choosing actions at random{}, {}: {}. The 95 % interval of each, looked at "
                      "alone, lies below random.",
                      random, how, capped_list_text(surely)));
    }
    if (!on_average.empty()) {
      sentences.push_back(fmt::format(
          "On average below choosing actions at random{}, {}, though the seeds do not settle it: {}.", random,
          how, capped_list_text(on_average)));
    }
  }
  return sentences;
}

}  // namespace windhover::analysis
