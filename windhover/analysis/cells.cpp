#include "windhover/analysis/cells.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/robust_scores.hpp"
#include "windhover/stats/summary.hpp"
#include "windhover/stats/tail.hpp"

namespace windhover::analysis {
namespace {

std::string worst_caveat(std::size_t rows) {
  if (rows == 0 || rows >= stats::fewest_for_minimum_bound) return {};
  return fmt::format(
      "the lowest of {} rows; a minimum bounds 95 % of the population with 95 % confidence only from {} rows "
      "on",
      rows, stats::fewest_for_minimum_bound);
}

Json seed_list(const std::vector<const RunScores*>& runs) {
  Json seeds = Json::array();
  for (const auto* run : runs) seeds.push_back(run->run().id.seed);
  return seeds;
}

Json worst_by_seed(const std::vector<const RunScores*>& runs, ActionChoice choice) {
  std::vector<double> values;
  values.reserve(runs.size());
  for (const auto* run : runs) values.push_back(run->worst_condition(choice));
  return mean_json(values);
}

/// Parameters of one model in this cell, as its runs have it; null if no run says.
Json parameters_of(const ScoreBook& book, const std::string& cell) {
  for (const auto* run : book.runs_of(cell)) {
    if (run->summary.parameters > 0) return run->summary.parameters;
  }
  return {};
}

Json arm_json(const ScoreBook& book, const std::string& cell, const std::string& arm) {
  int models = 0;
  for (const auto* run : book.finished(cell, arm)) models += run->run().summary.models;
  Json json = {{"models", models}};
  for (const auto choice : both_choices) json[name_of(choice)] = scores_json(book, cell, arm, choice);
  return json;
}

/// The gap of the study, and in `other_gaps` the first arm against every other one.
void add_gaps(Json& json, const ScoreBook& book, const std::string& cell) {
  json["gap"] = nullptr;
  json["other_gaps"] = Json::array();
  const auto arms = gap_arms(book.study());
  if (!arms) return;
  const auto both = [&](const ArmPair& pair) {
    Json gaps = {{"first", pair.first}, {"second", pair.second}};
    for (const auto choice : both_choices) gaps[name_of(choice)] = gap_json(book, cell, pair, choice);
    return gaps;
  };
  json["gap"] = both(*arms);
  for (const auto& arm : book.study().arms) {
    if (arm == arms->first || arm == arms->second) continue;
    json["other_gaps"].push_back(both({.first = arms->first, .second = arm}));
  }
}

/// Quotients of the published study; a denominator of 0 or less gives null with the reason.
Json published_quotients(const ScoreBook& book, const std::string& cell, const ArmPair& arms,
                         const Json& cell_arms, ActionChoice choice) {
  const auto& first = cell_arms[arms.first][name_of(choice)];
  const auto& second = cell_arms[arms.second][name_of(choice)];
  const double top = number_of(first["worst"]);
  const double bottom = number_of(second["worst"]);
  Json ratio = {{"value", nullptr}, {"infinite", false}, {"note", first["worst_caveat"]}};
  if (bottom > 0) {
    ratio["value"] = number(top / bottom);
  } else if (bottom == 0) {
    ratio["infinite"] = top > 0;
    ratio["note"] = "the second arm's worst case is 0";
  } else {
    ratio["note"] = "the second arm's worst case is below 0 or not available";
  }
  return {{"robustness_ratio", std::move(ratio)},
          {"stability_advantage", stability_advantage_json(book, cell, arms, choice)}};
}

}  // namespace

Json scores_json(const ScoreBook& book, const std::string& cell, const std::string& arm,
                 ActionChoice choice) {
  const auto runs = book.finished(cell, arm);
  const auto rows = pooled_rows(runs, choice);
  const auto means = seed_means(runs, choice);
  const auto cvar = stats::lower_cvar(rows);
  const double mean = stats::mean(rows);
  const auto no_cv = rows.empty() ? std::string() : ratio_obstacle(mean);
  return {{"rows", rows.size()},
          {"mean", number(mean)},
          {"std", number(stats::standard_deviation(rows, 0))},
          {"cv", no_cv.empty() ? number(stats::coefficient_of_variation(rows, 0)) : Json()},
          {"cv_note", no_cv},
          {"cv_bootstrap", cv_contrast_json(book, {{cell, 1.0}}, arm, choice)},
          {"worst", number(stats::minimum(rows))},
          {"worst_caveat", worst_caveat(rows.size())},
          {"cvar05", cvar ? number(*cvar) : Json()},
          {"seeds", seed_list(runs)},
          {"seed_means", numbers(means)},
          {"seed_level", mean_json(means)},
          {"cv_exact", cv_json(means)},
          {"iqm", iqm_json(runs, choice)},
          {"worst_velocity_by_seed", worst_by_seed(runs, choice)}};
}

Json gap_json(const ScoreBook& book, const std::string& cell, const ArmPair& arms, ActionChoice choice) {
  std::vector<double> first;
  std::vector<double> second;
  std::vector<double> differences;
  Json seeds = Json::array();
  for (const auto seed : book.study().seeds) {
    const auto* above = book.find(cell, arms.first, seed);
    const auto* below = book.find(cell, arms.second, seed);
    if (above == nullptr || below == nullptr) continue;
    seeds.push_back(seed);
    first.push_back(above->mean(choice));
    second.push_back(below->mean(choice));
    differences.push_back(first.back() - second.back());
  }
  const Json contrast = contrast_json(differences);
  Json json = percent_json(first, second);
  json["absolute"] = contrast["estimate"];
  json["absolute_ci95"] = contrast["ci95"];
  json["seeds"] = std::move(seeds);
  json["seed_values"] = numbers(differences);
  json["contrast"] = contrast;
  json["probability_of_improvement"] = probability_of_improvement_json(book, cell, arms, choice);
  return json;
}

Json cells_json(const ScoreBook& book) {
  Json cells = Json::array();
  const auto arms = gap_arms(book.study());
  for (const auto& cell : book.study().cells) {
    Json json = {{"id", cell.id},
                 {"factors", cell.factors},
                 {"parameters", parameters_of(book, cell.id)},
                 {"arms", Json::object()},
                 {"published_quotients", nullptr}};
    for (const auto& arm : book.study().arms) json["arms"][arm] = arm_json(book, cell.id, arm);
    add_gaps(json, book, cell.id);
    if (arms) {
      json["published_quotients"] = Json::object();
      for (const auto choice : both_choices) {
        json["published_quotients"][name_of(choice)] =
            published_quotients(book, cell.id, *arms, json["arms"], choice);
      }
    }
    cells.push_back(std::move(json));
  }
  return cells;
}

}  // namespace windhover::analysis
