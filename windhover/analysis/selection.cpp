#include "windhover/analysis/selection.hpp"

#include <algorithm>
#include <cmath>

#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/policies.hpp"
#include "windhover/analysis/response.hpp"
#include "windhover/analysis/study_facts.hpp"
#include "windhover/analysis/wording.hpp"

namespace windhover::analysis {
namespace {

struct Candidate {
  std::string label;
  std::string cell;
  double value = 0;
  Json interval;
  bool awaited = false;  ///< nothing of it has finished yet
};

enum class Better { larger, smaller };

struct Verdict {
  Json winner;    ///< its label, or null
  Json withheld;  ///< the reason, or null
};

bool overlap(const stats::Interval& first, const stats::Interval& second) {
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

Verdict decide(const std::vector<Candidate>& candidates, Better better) {
  const auto ranked = sorted(candidates, better);
  if (ranked.size() < 2) return {.winner = {}, .withheld = "fewer than two candidates have a value"};
  const auto best = interval_of(ranked.front().interval);
  if (!best) return {.winner = {}, .withheld = fmt::format("{} has no interval", ranked.front().label)};
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
    const auto other = interval_of(ranked[i].interval);
    if (!other || overlap(*best, *other)) rivals.push_back(ranked[i].label);
  }
  if (rivals.empty()) return {.winner = ranked.front().label, .withheld = {}};
  return {.winner = {},
          .withheld = fmt::format("{} comes first, but its interval overlaps that of {}",
                                  ranked.front().label, capped_list_text(rivals))};
}

/// What is compared, and where in a cell of the results it stands.
struct Criterion {
  std::string name;
  std::string rule;
  Better better = Better::larger;
  std::vector<Candidate> candidates;
};

/// One candidate a cell from an entry with a value and a `ci95`, which rests on these arms.
template <class Entry>
std::vector<Candidate> from_cells(const ScoreBook& book, const Json& cells,
                                  const std::vector<std::string>& arms, const char* value_key,
                                  const Entry& entry) {
  std::vector<Candidate> candidates;
  for (const auto& cell : cells) {
    const Json& json = entry(cell);
    const auto id = cell["id"].get<std::string>();
    const auto is_awaited = [&](const std::string& arm) { return book.is_awaited(id, arm); };
    candidates.push_back({.label = id,
                          .cell = id,
                          .value = number_of(json[value_key]),
                          .interval = json["ci95"],
                          .awaited = std::ranges::any_of(arms, is_awaited)});
  }
  return candidates;
}

/// The gap of every cell, of a study that has one.
std::vector<Candidate> gaps_of_cells(const ScoreBook& book, const Json& cells, const std::string& policy) {
  const auto arms = gap_arms(book.study());
  return from_cells(book, cells, {arms->first, arms->second}, "estimate",
                    [&](const Json& cell) -> const Json& { return cell["gap"][policy]["contrast"]; });
}

std::vector<Criterion> criteria_of(const ScoreBook& book, const Json& cells, const std::string& policy) {
  std::vector<Criterion> criteria;
  for (const auto& arm : book.study().arms) {
    criteria.push_back(
        {.name = "mean of " + arm_label(arm),
         .rule = "highest mean; t interval on seed means",
         .candidates = from_cells(book, cells, {arm}, "mean", [&](const Json& cell) -> const Json& {
           return cell["arms"][arm][policy]["seed_level"];
         })});
  }
  if (gap_arms(book.study())) {
    criteria.push_back({.name = "gap",
                        .rule = "largest gap; t interval on the gap of each seed",
                        .candidates = gaps_of_cells(book, cells, policy)});
  }
  for (const auto& arm : book.study().arms) {
    criteria.push_back(
        {.name = "stability of " + arm_label(arm),
         .rule = "lowest published CV; seed-cluster bootstrap",
         .better = Better::smaller,
         .candidates = from_cells(book, cells, {arm}, "estimate", [&](const Json& cell) -> const Json& {
           return cell["arms"][arm][policy]["cv_bootstrap"];
         })});
  }
  if (book.conditions().size() < 2) return criteria;  // the worst of one is the mean
  for (const auto& arm : book.study().arms) {
    criteria.push_back(
        {.name = "robustness of " + arm_label(arm),
         .rule = "highest mean over seeds of a seed's worst velocity; t interval",
         .candidates = from_cells(book, cells, {arm}, "mean", [&](const Json& cell) -> const Json& {
           return cell["arms"][arm][policy]["worst_velocity_by_seed"];
         })});
  }
  return criteria;
}

Json candidates_json(const std::vector<Candidate>& candidates) {
  Json list = Json::array();
  for (const auto& candidate : candidates) {
    list.push_back(
        {{"label", candidate.label}, {"value", number(candidate.value)}, {"ci95", candidate.interval}});
  }
  return list;
}

/// Every cell with every arm, by an entry of the arm's scores.
std::vector<Candidate> learners(const ScoreBook& book, const Json& cells, const std::string& policy,
                                const char* entry) {
  std::vector<Candidate> candidates;
  for (const auto& cell : cells) {
    for (const auto& arm : book.study().arms) {
      const Json& json = cell["arms"][arm][policy][entry];
      const auto id = cell["id"].get<std::string>();
      candidates.push_back({.label = fmt::format("{} with {}", id, arm_label(arm)),
                            .cell = id,
                            .value = number_of(json["mean"]),
                            .interval = json["ci95"],
                            .awaited = book.is_awaited(id, arm)});
    }
  }
  return candidates;
}

Json recommendation(const std::string& purpose, const std::string& policy, const std::string& rule,
                    Verdict verdict) {
  return {{"purpose", purpose},
          {"policy", policy},
          {"rule", rule},
          {"recommendation", std::move(verdict.winner)},
          {"refused", std::move(verdict.withheld)}};
}

/// A learner that random actions may beat is not recommended.
Verdict require_above_random(Verdict verdict, const std::vector<Candidate>& candidates,
                             const Json& policies) {
  if (verdict.winner.is_null()) return verdict;
  const auto found = std::ranges::find(candidates, verdict.winner.get<std::string>(), &Candidate::label);
  const auto ends = interval_of(found->interval);
  const double random = number_of(policies_of_cell(policies, found->cell)["reference_score"]);
  if (ends && ends->lower > random) return verdict;
  const auto reason = std::isfinite(random)
                          ? fmt::format("its interval is not above the random policy's {:.2f}", random)
                          : std::string("the random policy's score is not known");
  return {.winner = {}, .withheld = fmt::format("{} comes first, but {}", found->label, reason)};
}

}  // namespace

Json best_for_json(const ScoreBook& book, const Json& cells) {
  Json list = Json::array();
  for (const auto choice : choices_in_order(book.record())) {
    for (const auto& criterion : criteria_of(book, cells, name_of(choice))) {
      auto verdict = decide(criterion.candidates, criterion.better);
      list.push_back({{"policy", name_of(choice)},
                      {"criterion", criterion.name},
                      {"rule", criterion.rule},
                      {"candidates", candidates_json(criterion.candidates)},
                      {"winner", std::move(verdict.winner)},
                      {"withheld", std::move(verdict.withheld)}});
    }
  }
  return list;
}

Json recommendations_json(const ScoreBook& book, const Json& cells, const Json& policies) {
  Json list = Json::array();
  for (const auto choice : choices_in_order(book.record())) {
    const auto policy = name_of(choice);
    if (gap_arms(book.study())) {
      list.push_back(recommendation(
          "research", policy,
          "the cell with the largest gap between the arms, if its interval overlaps no other cell's",
          decide(gaps_of_cells(book, cells, policy), Better::larger)));
    }
    const auto means = learners(book, cells, policy, "seed_level");
    list.push_back(
        recommendation("deployment: performance", policy,
                       "the cell and arm with the highest mean, if its interval overlaps no other's and lies "
                       "above the random policy",
                       require_above_random(decide(means, Better::larger), means, policies)));
    if (book.conditions().size() < 2) continue;
    const auto worst = learners(book, cells, policy, "worst_velocity_by_seed");
    list.push_back(recommendation(
        "deployment: reliability", policy,
        "the cell and arm with the highest mean over seeds of a seed's worst velocity, by the same "
        "conditions",
        require_above_random(decide(worst, Better::larger), worst, policies)));
  }
  return list;
}

}  // namespace windhover::analysis
