#include "windhover/report/results_view.hpp"

#include <limits>

#include "windhover/analysis/wording.hpp"

namespace windhover::report {

Cell number_cell(const Json& json) {
  if (!json.is_number()) return {};
  return {json.get<double>(), {&json}};
}

Cell range_cell(const Json& json) {
  if (!json.is_array()) return {};
  return {Range{.lower = json.at(0).get<double>(), .upper = json.at(1).get<double>()}, {&json}};
}

Cell ends_cell(const Json& lower, const Json& upper) {
  if (!lower.is_number() || !upper.is_number()) return {};
  return {Range{.lower = lower.get<double>(), .upper = upper.get<double>()}, {&lower, &upper}};
}

Cell difference_cell(const Json& first, const Json& second) {
  if (!first.is_number() || !second.is_number()) return {};
  return {first.get<double>() - second.get<double>(), {&first, &second}};
}

Cell yes_no_cell(const Json& json) {
  if (!json.is_boolean()) return {};
  return {std::string(json.get<bool>() ? "yes" : "no"), {&json}};
}

Cell text_cell(const Json& json) {
  if (!json.is_string() || json.get_ref<const std::string&>().empty()) return {};
  return {json.get<std::string>(), {&json}};
}

namespace {

const Json nothing;

/// A few factors, or those of a design with every combination.
constexpr std::size_t most_single_changes = 3;

/// The factors that have a column of their own.
const Json& shown_factors(const Json& results) {
  static const Json none = Json::array();
  const auto& factors = results.at("factors");
  return results.at("full_factorial") == true || factors.size() <= most_single_changes ? factors : none;
}

}  // namespace

const Json& element(const Json& list, std::size_t index) {
  return list.is_array() && index < list.size() ? list[index] : nothing;
}

const Json& member(const Json& object, const char* key) {
  if (!object.is_object()) return nothing;
  const auto found = object.find(key);
  return found == object.end() ? nothing : *found;
}

double value_of(const Json& json) {
  return json.is_number() ? json.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

std::vector<std::string> policies_in_order(const Json& results) {
  if (results.at("primary").get<std::string>() == "sampled") return {"sampled", "greedy"};
  return {"greedy", "sampled"};
}

bool nothing_finished(const Json& results) { return results.at("runs").at("finished") == 0; }

bool has_condition(const Json& results) {
  const auto& name = member(results, "condition_name");  // not in results of the first version
  return !name.is_string() || !name.get_ref<const std::string&>().empty();
}

std::string policy_label(const std::string& policy) { return policy + " actions"; }

std::optional<double> upper_bound_of(const Json& results) {
  const auto& bound = results.at("policies").at("upper_bound");
  if (!bound.is_object()) return std::nullopt;
  const auto& mean = member(bound, "mean");
  return mean.is_number() && mean.get<double>() > 0 ? std::optional(mean.get<double>()) : std::nullopt;
}

std::string upper_bound_name(const Json& results) {
  const auto& name = member(results.at("policies").at("upper_bound"), "name");
  return name.is_string() ? name.get<std::string>() : "upper bound";
}

const Json& bound_by_condition(const Json& results, const std::string& cell) {
  const auto& policies = results.at("policies");
  const auto& own = member(member(policies, "cells"), cell.c_str());
  return member(member(own.is_object() ? own : policies, "upper_bound"), "conditions");
}

Cell normal_interval(const Json& score) {
  const auto& error = member(score, "standard_error");
  const double mean = value_of(score.at("mean"));
  const double half = 1.96 * value_of(error);
  if (!(half > 0)) return {};
  return {Range{.lower = mean - half, .upper = mean + half}, {&score.at("mean"), &error}};
}

std::vector<std::string> arms_of(const Json& results) {
  return results.at("arms").get<std::vector<std::string>>();
}

std::vector<std::string> gap_arms_of(const Json& results) {
  const auto& gap = results.at("cells").at(0).at("gap");
  if (gap.is_null()) return {};
  return {gap.at("first").get<std::string>(), gap.at("second").get<std::string>()};
}

bool has_two_factors(const Json& results) {
  return results.at("factors").size() == 2 && results.at("full_factorial") == true;
}

std::vector<Column> cell_columns(const Json& results) {
  std::vector<Column> columns = {{.head = "Cell", .kind = ColumnKind::label}};
  for (const auto& factor : shown_factors(results)) {
    columns.push_back(
        {.head = analysis::factor_label(factor.at("name").get<std::string>()), .kind = ColumnKind::verdict});
  }
  return columns;
}

std::vector<Cell> cell_labels(const Json& results, const Json& cell) {
  std::vector<Cell> labels = {cell.at("id").get<std::string>()};
  for (const auto& factor : shown_factors(results)) {
    const auto& factors = cell.at("factors");
    const auto level = factors.find(factor.at("name").get<std::string>());
    if (level == factors.end()) {
      labels.emplace_back();
    } else {
      labels.emplace_back(analysis::level_label(*level));
    }
  }
  return labels;
}

}  // namespace windhover::report
