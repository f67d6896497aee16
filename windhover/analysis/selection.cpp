#include "windhover/analysis/selection.hpp"

#include <algorithm>
#include <cmath>

#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/policies.hpp"
#include "windhover/analysis/response.hpp"
#include "windhover/analysis/study_facts.hpp"
#include "windhover/analysis/wording.hpp"
#include "windhover/stats/bootstrap.hpp"

namespace windhover::analysis {
namespace {

struct Candidate {
  std::string label;
  std::string cell;
  double value = 0;
  std::optional<Interval> interval = {};
  std::size_t n_seeds = 0;
  bool awaited = false;         ///< nothing of it has finished yet
  bool short_interval = false;  ///< known to cover less than it says
};

enum class Better { larger, smaller };

struct Choice {
  std::optional<std::string> winner = {};    ///< its label
  std::optional<std::string> withheld = {};  ///< the reason why there is none
};

bool overlap(const Interval& first, const Interval& second) {
  return first.lower <= second.upper && second.lower <= first.upper;
}

/// The candidates that could be compared at all: with a value. Best first.
std::vector<Candidate> sorted(std::vector<Candidate> candidates, Better better) {
  std::erase_if(candidates, [](const Candidate& candidate) { return !std::isfinite(candidate.value); });
  std::ranges::stable_sort(candidates, [&](const Candidate& first, const Candidate& second) {
    return better == Better::larger ? first.value > second.value : first.value < second.value;
  });
  return candidates;
}

std::size_t with_value(const std::vector<Candidate>& candidates) {
  return static_cast<std::size_t>(std::ranges::count_if(
      candidates, [](const Candidate& candidate) { return std::isfinite(candidate.value); }));
}

Choice decide(const std::vector<Candidate>& candidates, Better better) {
  const auto ranked = sorted(candidates, better);
  if (ranked.size() < 2) return {.winner = {}, .withheld = "fewer than two candidates have a value"};
  const auto best = ranked.front().interval;
  if (!best) return {.winner = {}, .withheld = fmt::format("{} has no interval", ranked.front().label)};
  if (std::ranges::any_of(ranked, &Candidate::short_interval)) {
    return {
        .winner = {},
        .withheld = fmt::format("{} comes first, but with fewer than {} seeds the bootstrap's intervals are "
                                "too short to tell by",
                                ranked.front().label, stats::bootstrap_few_seeds)};
  }
  std::vector<std::string> awaited;
  for (const auto& candidate : candidates) {
    if (candidate.awaited) awaited.push_back(candidate.label);
  }
  if (!awaited.empty()) {
    return {.winner = {},
            .withheld = fmt::format("{} comes first so far, but nothing of {} has finished yet",
                                    ranked.front().label, capped_list_text(awaited))};
  }
  std::vector<std::string> rivals;
  for (std::size_t i = 1; i < ranked.size(); ++i) {
    const auto other = ranked[i].interval;
    if (!other || overlap(*best, *other)) rivals.push_back(ranked[i].label);
  }
  if (rivals.empty()) return {.winner = ranked.front().label, .withheld = {}};
  return {.winner = {},
          .withheld = fmt::format("{} comes first, but its interval overlaps that of {}",
                                  ranked.front().label, capped_list_text(rivals))};
}

/// What is compared.
struct Criterion {
  std::string name;
  std::string rule;
  Better better = Better::larger;
  bool is_by_t = true;  ///< its intervals are t intervals
  std::vector<Candidate> candidates;
};

/// What a candidate is compared by.
struct Compared {
  double value = not_a_number;
  std::optional<Interval> interval = {};
  std::size_t n_seeds = 0;
  bool short_interval = false;
};

Compared compared(const SeedMean& entry) {
  return {.value = entry.mean, .interval = entry.ci95, .n_seeds = entry.n_seeds};
}
Compared compared(const Contrast& entry) {
  return {.value = entry.estimate, .interval = entry.ci95, .n_seeds = entry.n_seeds};
}
Compared compared(const Bootstrap& entry) {
  return {.value = entry.estimate,
          .interval = entry.ci95,
          .n_seeds = entry.n_seeds,
          .short_interval = entry.few_seeds};
}

/// A candidate a cell, which is awaited as long as one of the arms is.
template <class Entry>
std::vector<Candidate> from_cells(const ScoreBook& book, const std::vector<CellResults>& cells,
                                  const std::vector<std::string>& arms, const Entry& entry) {
  std::vector<Candidate> candidates;
  for (const auto& cell : cells) {
    const auto by = compared(entry(cell));
    const auto is_awaited = [&](const std::string& arm) { return book.is_awaited(cell.id, arm); };
    candidates.push_back({.label = cell.id,
                          .cell = cell.id,
                          .value = by.value,
                          .interval = by.interval,
                          .n_seeds = by.n_seeds,
                          .awaited = std::ranges::any_of(arms, is_awaited),
                          .short_interval = by.short_interval});
  }
  return candidates;
}

/// The gap of every cell, of a study that has one.
std::vector<Candidate> gaps_of_cells(const ScoreBook& book, const std::vector<CellResults>& cells,
                                     ActionChoice choice) {
  const auto arms = gap_arms(book.study());
  return from_cells(book, cells, {arms->first, arms->second},
                    [&](const CellResults& cell) { return cell.gap->gaps[choice].contrast; });
}

std::vector<Criterion> criteria_of(const ScoreBook& book, const std::vector<CellResults>& cells,
                                   ActionChoice choice) {
  std::vector<Criterion> criteria;
  const auto of_arm = [&](const std::string& arm, auto ArmScores::*entry) {
    return from_cells(book, cells, {arm},
                      [&](const CellResults& cell) { return cell.arms.at(arm).scores[choice].*entry; });
  };
  for (const auto& arm : book.study().arms) {
    criteria.push_back({.name = "mean of " + arm_label(arm),
                        .rule = "highest mean; t interval on seed means",
                        .candidates = of_arm(arm, &ArmScores::seed_level)});
  }
  if (gap_arms(book.study())) {
    criteria.push_back({.name = "gap",
                        .rule = "largest gap; t interval on the gap of each seed",
                        .candidates = gaps_of_cells(book, cells, choice)});
  }
  for (const auto& arm : book.study().arms) {
    criteria.push_back({.name = "stability of " + arm_label(arm),
                        .rule = "lowest published CV; seed-cluster bootstrap",
                        .better = Better::smaller,
                        .is_by_t = false,
                        .candidates = of_arm(arm, &ArmScores::cv_bootstrap)});
  }
  if (book.conditions().size() < 2) return criteria;  // the worst of one is the mean
  for (const auto& arm : book.study().arms) {
    criteria.push_back({.name = "robustness of " + arm_label(arm),
                        .rule = "highest mean over seeds of a seed's worst condition; t interval",
                        .candidates = of_arm(arm, &ArmScores::worst_velocity_by_seed)});
  }
  return criteria;
}

std::vector<CandidateResults> candidate_results(const std::vector<Candidate>& candidates) {
  std::vector<CandidateResults> list;
  for (const auto& candidate : candidates)
    list.push_back({.label = candidate.label, .value = candidate.value, .ci95 = candidate.interval});
  return list;
}

/// Every cell with every arm, by an entry of the arm's scores.
std::vector<Candidate> learners(const ScoreBook& book, const std::vector<CellResults>& cells,
                                ActionChoice choice, SeedMean ArmScores::*entry) {
  std::vector<Candidate> candidates;
  for (const auto& cell : cells) {
    for (const auto& arm : book.study().arms) {
      const auto by = compared(cell.arms.at(arm).scores[choice].*entry);
      candidates.push_back({.label = fmt::format("{} with {}", cell.id, arm_label(arm)),
                            .cell = cell.id,
                            .value = by.value,
                            .interval = by.interval,
                            .n_seeds = by.n_seeds,
                            .awaited = book.is_awaited(cell.id, arm)});
    }
  }
  return candidates;
}

Recommendation recommendation(const std::string& purpose, ActionChoice actions, const std::string& rule,
                              Choice choice) {
  return {.purpose = purpose,
          .actions = actions,
          .rule = rule,
          .recommendation = std::move(choice.winner),
          .refused = std::move(choice.withheld)};
}

/// The interval of the winner among these that allows for its selection; of a bootstrap there is none.
std::optional<Interval> selected_interval(const std::vector<Candidate>& candidates,
                                          const std::string& winner) {
  const auto found = std::ranges::find(candidates, winner, &Candidate::label);
  return interval_of_selected(found->interval, found->n_seeds, with_value(candidates));
}

/// A learner that random actions may beat is not recommended.
Choice require_above_random(Choice choice, const std::vector<Candidate>& candidates,
                            const Policies& policies) {
  if (!choice.winner) return choice;
  const auto found = std::ranges::find(candidates, *choice.winner, &Candidate::label);
  const double random = policies.of_cell(found->cell).reference_score;
  const auto interval = selected_interval(candidates, *choice.winner);
  if (interval && interval->lower > random) return choice;
  const auto reason =
      std::isfinite(random)
          ? fmt::format(
                "its interval, which allows for the selection, is not above the random policy's {:.2f}",
                random)
          : std::string("the random policy's score is not known");
  return {.winner = {}, .withheld = fmt::format("{} comes first, but {}", found->label, reason)};
}

}  // namespace

std::vector<BestFor> best_cells(const ScoreBook& book, const std::vector<CellResults>& cells) {
  std::vector<BestFor> list;
  for (const auto choice : choices_in_order(book.record())) {
    for (const auto& criterion : criteria_of(book, cells, choice)) {
      auto best = decide(criterion.candidates, criterion.better);
      list.push_back({.actions = choice,
                      .criterion = criterion.name,
                      .rule = criterion.rule,
                      .candidates = candidate_results(criterion.candidates),
                      .selected_from = with_value(criterion.candidates),
                      .selected_ci95 = best.winner && criterion.is_by_t
                                           ? selected_interval(criterion.candidates, *best.winner)
                                           : std::nullopt,
                      .winner = std::move(best.winner),
                      .withheld = std::move(best.withheld)});
    }
  }
  return list;
}

std::vector<Recommendation> recommendations_of(const ScoreBook& book, const std::vector<CellResults>& cells,
                                               const Policies& policies) {
  std::vector<Recommendation> list;
  for (const auto choice : choices_in_order(book.record())) {
    if (gap_arms(book.study())) {
      list.push_back(recommendation(
          "research", choice,
          "the cell with the largest gap between the arms, if its interval overlaps no other cell's",
          decide(gaps_of_cells(book, cells, choice), Better::larger)));
    }
    const auto means = learners(book, cells, choice, &ArmScores::seed_level);
    list.push_back(
        recommendation("deployment: performance", choice,
                       "the cell and arm with the highest mean, if its interval overlaps no other's and lies "
                       "above the random policy",
                       require_above_random(decide(means, Better::larger), means, policies)));
    if (book.conditions().size() < 2) continue;
    const auto worst = learners(book, cells, choice, &ArmScores::worst_velocity_by_seed);
    list.push_back(recommendation(
        "deployment: reliability", choice,
        "the cell and arm with the highest mean over seeds of a seed's worst condition, by the same "
        "conditions",
        require_above_random(decide(worst, Better::larger), worst, policies)));
  }
  return list;
}

}  // namespace windhover::analysis
