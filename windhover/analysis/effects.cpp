#include "windhover/analysis/effects.hpp"

#include <map>
#include <string>

#include "windhover/analysis/collapse.hpp"
#include "windhover/analysis/design.hpp"
#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/response.hpp"

namespace windhover::analysis {
namespace {

/// Above so many steps the bootstrap of a CV is left to the cells: a sweep over many levels has thousands.
constexpr std::size_t most_steps = 400;

/// {mean: {ARM: contrast}, gap: contrast} of one contrast of cells.
Json effect_json(const ScoreBook& book, const CellContrast& contrast, ActionChoice choice) {
  const auto& study = book.study();
  Json json = {{"mean", Json::object()}, {"gap", nullptr}};
  for (const auto& arm : study.arms) {
    json["mean"][arm] = contrast_json(contrast_values(contrast, arm_mean(book, arm, choice), study.seeds));
  }
  if (const auto arms = gap_arms(study)) {
    json["gap"] = contrast_json(contrast_values(contrast, gap_response(book, *arms, choice), study.seeds));
  }
  return json;
}

/// Both choices of actions, with {cv: {ARM: bootstrap}} if wanted.
void add_choices(Json& json, const ScoreBook& book, const CellContrast& contrast, bool with_cv) {
  for (const auto choice : both_choices) {
    Json effect = effect_json(book, contrast, choice);
    effect["cv"] = Json::object();
    for (const auto& arm : book.study().arms) {
      if (with_cv) effect["cv"][arm] = cv_contrast_json(book, contrast, arm, choice);
    }
    json[name_of(choice)] = std::move(effect);
  }
}

/// Both choices of actions, with tests of the CV and of collapse. Only greedy actions can collapse, so its
/// contrast is the same under both.
void add_tested_choices(Json& json, const ScoreBook& book, const CellContrast& contrast,
                        const std::map<std::string, Response>& collapse_of_arms) {
  const auto& study = book.study();
  for (const auto choice : both_choices) {
    Json effect = effect_json(book, contrast, choice);
    for (const auto& arm : study.arms) {
      effect["cv"][arm] = cv_test_json(book, contrast, arm, choice);
      effect["collapse"][arm] =
          contrast_json(contrast_values(contrast, collapse_of_arms.at(arm), study.seeds));
    }
    json[name_of(choice)] = std::move(effect);
  }
}

Json steps_json(const ScoreBook& book) {
  Json list = Json::array();
  const auto steps = steps_of(book.study());
  for (const auto& step : steps) {
    Json json = {{"factor", step.factor},       {"from", step.from},       {"to", step.to},
                 {"from_cell", step.from_cell}, {"to_cell", step.to_cell}, {"label", step.label}};
    add_choices(json, book, step.contrast(), steps.size() <= most_steps);
    list.push_back(std::move(json));
  }
  return list;
}

Json contributions_json(const ScoreBook& book, const Json& collapse) {
  std::map<std::string, Response> collapse_of_arms;
  for (const auto& arm : book.study().arms) collapse_of_arms.emplace(arm, collapse_response(collapse, arm));
  Json list = Json::array();
  for (const auto& contribution : contributions_of(book.study())) {
    Json json = {
        {"kind", contribution.kind}, {"factors", contribution.factors}, {"label", contribution.label}};
    json["coefficients"] = Json::object();
    for (const auto& term : contribution.contrast) json["coefficients"][term.cell] = term.coefficient;
    add_tested_choices(json, book, contribution.contrast, collapse_of_arms);
    list.push_back(std::move(json));
  }
  return list;
}

/// {absolute, percent} of a published metric; no percentage of a baseline that is not above 0.
Json published_change(const Json& scores, const Json& baseline, const char* metric) {
  const double now = number_of(scores[metric]);
  const double before = number_of(baseline[metric]);
  return {{"absolute", number(now - before)},
          {"percent", before > 0 ? number(100 * (now / before - 1)) : Json()}};
}

/// {ARM: {mean, cv, worst}, gap_percentage_points}: a gap in percent changes by points, never by percent of
/// itself.
Json published_changes(const Json& cell, const Json& baseline, const std::string& policy) {
  Json json = {{"arms", Json::object()}, {"gap_percentage_points", nullptr}};
  for (const auto& [name, arm] : cell["arms"].items()) {
    for (const char* metric : {"mean", "cv", "worst"}) {
      json["arms"][name][metric] = published_change(arm[policy], baseline["arms"][name][policy], metric);
    }
  }
  if (!cell["gap"].is_null()) {
    const double change =
        number_of(cell["gap"][policy]["percent"]) - number_of(baseline["gap"][policy]["percent"]);
    json["gap_percentage_points"] = number(change);
  }
  return json;
}

Json changes_json(const ScoreBook& book, const Json& cells) {
  Json list = Json::array();
  const auto baseline = book.study().cells.front().id;
  for (std::size_t i = 1; i < cells.size(); ++i) {
    const auto id = cells[i]["id"].get<std::string>();
    Json json = {{"cell", id}, {"baseline", baseline}};
    add_choices(json, book, {{id, 1.0}, {baseline, -1.0}}, cells.size() <= most_steps);
    for (const auto choice : both_choices) {
      json[name_of(choice)]["published"] = published_changes(cells[i], cells[0], name_of(choice));
    }
    list.push_back(std::move(json));
  }
  return list;
}

std::string absence_note(const record::Study& study) {
  if (study.cells.size() == 1) return "The study has one cell: nothing to compare it with.";
  if (factors_of(study).empty()) return "The cells do not differ in any factor.";
  if (is_full_factorial(study)) return {};
  return "The design does not hold every combination of levels once, so main effects and interactions can "
         "not be told "
         "apart; each change is compared on its own.";
}

}  // namespace

Json effects_json(const ScoreBook& book, const Json& cells, const Json& collapse) {
  return {{"steps", steps_json(book)},
          {"contributions", contributions_json(book, collapse)},
          {"changes", changes_json(book, cells)},
          {"note", absence_note(book.study())}};
}

}  // namespace windhover::analysis
