#include "windhover/analysis/noise_floor.hpp"

#include <algorithm>
#include <cmath>

#include "windhover/analysis/inference.hpp"
#include "windhover/stats/contrast.hpp"
#include "windhover/stats/multiplicity.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::analysis {
namespace {

constexpr const char* noise_floor_rule =
    "The cell is trained and evaluated again under other seeds. The difference is the mean under those seeds "
    "less the mean under the study's, with the interval of Welch's two-sample t. Nothing but the seeds "
    "differs: "
    "a difference of this size between cells says nothing.";

Json difference_json(std::span<const double> replicate, std::span<const double> original) {
  Json json = {{"difference", number(stats::mean(replicate) - stats::mean(original))},
               {"n_seeds", {replicate.size(), original.size()}},
               {"note", ""}};
  for (const char* key : {"ci95", "standard_error", "degrees_of_freedom", "t", "p_value"})
    json[key] = nullptr;
  const auto contrast = stats::welch_contrast(replicate, original);
  if (!contrast) {
    json["note"] = contrast.error().message;
    return json;
  }
  put_t_test(json, *contrast);
  return json;
}

/// The response under the replicate's seeds, each less `bound`, against that under the study's.
Json of_response(const ScoreBook& book, const Response& response, double bound = 0) {
  const auto& floor = *book.study().noise_floor;
  const CellContrast cell = {{.cell = floor.cell, .coefficient = 1}};
  auto replicate = contrast_values(cell, response, floor.seeds);
  for (double& value : replicate) value -= bound;
  return difference_json(replicate, contrast_values(cell, response, book.study().seeds));
}

/// Adjusts the p-values under one choice of actions, and says what each shows.
void add_verdicts(Json& differences) {
  std::vector<Json*> tested;
  for (auto& [name, difference] : differences.items()) {
    if (!difference.is_object()) continue;
    difference["verdict"] = "not decidable";
    tested.push_back(&difference);
  }
  add_adjusted_p(tested, "holm_p", stats::holm);
  for (Json* difference : tested) {
    const Json& p = (*difference)["holm_p"];
    if (p.is_number())
      (*difference)["verdict"] =
          p.get<double>() < significance_level ? "effect shown where there is none" : "no effect shown";
  }
}

Json under(const ScoreBook& book, ActionChoice choice) {
  Json json = {{"gap", nullptr}, {"largest_absolute", nullptr}};
  for (const auto& arm : book.study().arms) {
    json[arm] = of_response(book, arm_mean(book, arm, choice));
    const double size = std::abs(number_of(json[arm]["difference"]));
    const double largest = number_of(json["largest_absolute"]);
    if (std::isfinite(size) && !(largest >= size)) json["largest_absolute"] = size;
  }
  if (const auto arms = gap_arms(book.study()))
    json["gap"] = of_response(book, gap_response(book, *arms, choice));
  add_verdicts(json);
  return json;
}

}  // namespace

Json noise_floor_json(const ScoreBook& book) {
  const auto& floor = book.study().noise_floor;
  if (!floor) return {};
  Json json = {{"cell", floor->cell}, {"seeds", floor->seeds}, {"rule", noise_floor_rule}};
  for (const auto choice : both_choices) json[name_of(choice)] = under(book, choice);
  return json;
}

Json noise_floor_test(const ScoreBook& book, const Response& response, double bound) {
  Json test = of_response(book, response);
  test["estimate"] = test["difference"];
  test.erase("difference");
  test["sign_flip_p"] = nullptr;
  if (bound != 0) {
    const Json distance = of_response(book, response, bound);
    for (const char* key : {"t", "p_value", "note"}) test[key] = distance[key];
  }
  test["n_seeds"] = std::min(test["n_seeds"][0].get<std::size_t>(), test["n_seeds"][1].get<std::size_t>());
  return test;
}

}  // namespace windhover::analysis
