#include "windhover/analysis/noise_floor.hpp"

#include <algorithm>
#include <cmath>

#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/response.hpp"
#include "windhover/stats/contrast.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::analysis {
namespace {

constexpr const char* rule =
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
  json["ci95"] = interval_json(contrast->interval);
  json["standard_error"] = number(contrast->standard_error);
  json["degrees_of_freedom"] = number(contrast->degrees_of_freedom);
  json["t"] = number(contrast->t);
  json["p_value"] = number(contrast->p_value);
  return json;
}

Json of_response(const ScoreBook& book, const Response& response) {
  const auto& floor = *book.study().noise_floor;
  const CellContrast cell = {{.cell = floor.cell, .coefficient = 1}};
  return difference_json(contrast_values(cell, response, floor.seeds),
                         contrast_values(cell, response, book.study().seeds));
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
  return json;
}

}  // namespace

Json noise_floor_json(const ScoreBook& book) {
  const auto& floor = book.study().noise_floor;
  if (!floor) return {};
  Json json = {{"cell", floor->cell}, {"seeds", floor->seeds}, {"rule", rule}};
  for (const auto choice : both_choices) json[name_of(choice)] = under(book, choice);
  return json;
}

}  // namespace windhover::analysis
