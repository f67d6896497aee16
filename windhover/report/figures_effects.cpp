#include <cmath>

#include <fmt/format.h>

#include "windhover/analysis/wording.hpp"
#include "windhover/report/figure_parts.hpp"
#include "windhover/report/figures.hpp"

namespace windhover::report {
namespace {

using analysis::arm_label;

/// Above so many entries nobody reads a dot plot: a sweep over many levels has hundreds of steps.
constexpr std::size_t most_entries = 16;

/// Half the width of the band that the same cell differs from itself by, if the study measured it.
std::optional<double> noise_of(const Json& results, const std::string& policy) {
  const auto& floor = member(results, "noise_floor");
  if (!floor.is_object()) return std::nullopt;
  const auto& largest = floor.at(policy).at("largest_absolute");
  return largest.is_number() ? std::optional(largest.get<double>()) : std::nullopt;
}

/// Effects on the mean of every arm and on the gap, a panel a choice of actions. `id` names figure, panels
/// and data.
Figure effects_on_means(const Json& results, const Json& effects, const std::string& id, std::string title,
                        std::string caption) {
  Figure head{.id = "figure-" + id,
              .title = std::move(title),
              .caption = std::move(caption),
              .legend = arm_legend(results),
              .data = data_table(results, "data-" + id, {label("Actions"), label("Effect"), label("On")},
                                 "Effect", SeedColumns::none)};
  if (effects.empty() || effects.size() > most_entries) return head;
  if (!gap_arms_of(results).empty()) head.legend.push_back({.label = "Gap", .series = gap_series});
  if (noise_of(results, "greedy"))
    head.caption +=
        " Grey: what a cell differs by from itself under other seeds; effects inside it are noise.";
  DotFigure figure(results, std::move(head));
  for (const auto& policy : policies_in_order(results)) {
    figure.begin({.id = fmt::format("{}-{}", id, policy),
                  .title = "Effects, " + policy_label(policy),
                  .description = "Effects with their intervals; the numbers are in the table below.",
                  .axis = "change in return per episode",
                  .reference = 0.0,
                  .reference_label = "no effect",
                  .noise = noise_of(results, policy)},
                 policy);
    for (const auto& effect : effects) {
      const auto name = effect.contains("kind")
                            ? fmt::format("{} ({})", effect.at("label").get<std::string>(),
                                          effect.at("kind").get<std::string>())
                            : effect.at("label").get<std::string>();
      const auto add = [&](const std::string& on, std::size_t series, const Json& contrast) {
        figure.add({.label = name,
                    .name = fmt::format("{}, {}", name, on),
                    .measured = {.value = number_cell(contrast.at("estimate")),
                                 .interval = range_cell(contrast.at("ci95"))},
                    .series = series},
                   {policy, name, on});
      };
      const auto& measures = effect.at(policy);
      for (const auto& arm : arms_of(results))
        add(arm_label(arm), series_of(results, arm), measures.at("mean").at(arm));
      if (!measures.at("gap").is_null()) add("gap", gap_series, measures.at("gap"));
    }
  }
  return figure.finish();
}

}  // namespace

Figure step_figure(const Json& results) {
  const bool components = has_two_factors(results);
  return effects_on_means(
      results, results.at("effects").at("steps"), "steps",
      components ? "Adding one component and keeping the other." : "One change, and everything else kept.",
      fmt::format(
          "Estimates with 95 % t intervals, paired over seeds and not adjusted for their number. Right "
          "of the line: more with the {}.",
          components ? "component" : "change"));
}

Figure effect_figure(const Json& results) {
  return effects_on_means(
      results, results.at("effects").at("contributions"), "effects", "Main effects and interaction.",
      "Estimates with 95 % t intervals, paired over seeds and not adjusted for their number.");
}

}  // namespace windhover::report
