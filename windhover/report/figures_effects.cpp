#include <cmath>

#include <fmt/format.h>

#include "windhover/analysis/wording.hpp"
#include "windhover/report/figure_parts.hpp"
#include "windhover/report/figures.hpp"

namespace windhover::report {
namespace {

using analysis::arm_label;

/// Above so many entries nobody reads a dot plot: a sweep over many levels has hundreds of steps.
constexpr std::size_t most_entries = 24;

/// Half the width of the band that the same cell differs from itself by, if the study measured it.
std::optional<double> noise_of(const Results& results, ActionChoice actions) {
  if (!results.noise_floor) return std::nullopt;
  const double largest = results.noise_floor->differences[actions].largest_absolute;
  return std::isfinite(largest) ? std::optional(largest) : std::nullopt;
}

std::string name_of_effect(const analysis::StepResults& step) { return step.label; }
std::string name_of_effect(const analysis::ContributionResults& contribution) {
  return fmt::format("{} ({})", contribution.label, contribution.kind);
}

/// Effects on the mean of every arm and on the gap, a panel a choice of actions. `id` names figure, panels
/// and data.
template <class Entry>
Figure effects_on_means(const Results& results, const std::vector<Entry>& effects, const std::string& id,
                        std::string title, std::string caption) {
  Figure head{.id = "figure-" + id,
              .title = std::move(title),
              .caption = std::move(caption),
              .legend = arm_legend(results),
              .data = data_table(results, "data-" + id, {label("Actions"), label("Effect"), label("On")},
                                 "Estimate", SeedColumns::none)};
  if (effects.empty() || effects.size() > most_entries) return head;
  if (!gap_arms_of(results).empty()) head.legend.push_back({.label = "Gap", .series = gap_series});
  if (noise_of(results, ActionChoice::greedy))
    head.caption +=
        " Grey: what a cell differs by from itself under other seeds; effects inside it are noise.";
  DotFigure figure(results, std::move(head));
  for (const auto actions : actions_in_order(results)) {
    figure.begin({.id = fmt::format("{}-{}", id, name_of(actions)),
                  .title = "Effects, " + actions_label(actions),
                  .description = "Effects with their intervals; the numbers are in the table below.",
                  .axis = "change in return per episode",
                  .reference = 0.0,
                  .reference_label = "no effect",
                  .noise = noise_of(results, actions)},
                 actions);
    for (const auto& effect : effects) {
      const auto name = name_of_effect(effect);
      const auto add = [&](const std::string& on, std::size_t series, const analysis::Contrast& contrast) {
        figure.add(
            {.label = name,
             .name = fmt::format("{}, {}", name, on),
             .measured = {.value = number_cell(contrast.estimate), .interval = range_cell(contrast.ci95)},
             .series = series},
            {name_of(actions), name, on});
      };
      const analysis::Effect& measures = effect.effects[actions].effect;
      for (const auto& arm : results.arms)
        add(arm_label(arm), series_of(results, arm), measures.mean.at(arm));
      if (measures.gap) add("gap", gap_series, *measures.gap);
    }
  }
  return figure.finish();
}

}  // namespace

Figure step_figure(const Results& results) {
  const bool components = has_two_factors(results);
  return effects_on_means(
      results, results.effects.steps, "steps",
      components ? "Adding one component and keeping the other." : "One change, and everything else kept.",
      fmt::format(
          "Estimates with 95 % t intervals, paired over seeds and not adjusted for their number. Right "
          "of the line: more with the {}.",
          components ? "component" : "change"));
}

Figure effect_figure(const Results& results) {
  return effects_on_means(
      results, results.effects.contributions, "effects", "Main effects and interaction.",
      "Estimates with 95 % t intervals, paired over seeds and not adjusted for their number.");
}

}  // namespace windhover::report
