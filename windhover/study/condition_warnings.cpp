#include "windhover/study/condition_warnings.hpp"

#include <algorithm>
#include <set>

#include <fmt/ranges.h>

namespace windhover::study {
namespace {

constexpr std::size_t most_named = 3;  ///< cells, in a sentence

std::vector<std::string> warnings_of(const CellPlan& cell) {
  const auto& warnings = cell.basis.environment->condition_warnings;
  if (!warnings) return {};
  const auto& trained = cell.settings.training.velocities;
  std::set<double> conditions(trained.begin(), trained.end());
  const auto& tested = cell.settings.evaluation.velocities;
  conditions.insert(tested.begin(), tested.end());
  return warnings(cell.settings.environment, std::vector<double>(conditions.begin(), conditions.end()));
}

}  // namespace

std::vector<record::ConditionWarning> condition_warnings(const Plan& plan) {
  std::vector<record::ConditionWarning> all;
  for (const CellPlan& cell : plan.cells) {
    for (auto& text : warnings_of(cell)) {
      auto found = std::ranges::find(all, text, &record::ConditionWarning::text);
      if (found == all.end()) found = all.insert(all.end(), {.text = std::move(text)});
      found->cells.push_back(cell.cell.id);
    }
  }
  return all;
}

std::vector<std::string> warning_texts(const Plan& plan) {
  std::vector<std::string> texts;
  for (const auto& [text, cells] : condition_warnings(plan)) {
    const bool all = cells.size() == plan.cells.size();
    const auto place = cells.size() > most_named
                           ? fmt::format("{} of {} cells", cells.size(), plan.cells.size())
                           : fmt::format("{}", fmt::join(cells, ", "));
    texts.push_back(all ? text : fmt::format("{}: {}", place, text));
  }
  return texts;
}

}  // namespace windhover::study
