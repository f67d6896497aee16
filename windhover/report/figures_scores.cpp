#include <algorithm>
#include <cmath>

#include "windhover/analysis/wording.hpp"
#include "windhover/report/figure_parts.hpp"
#include "windhover/report/figures.hpp"

namespace windhover::report {
namespace {

using analysis::arm_label;

constexpr const char* score_axis = "return per episode";

std::vector<DotRow> score_rows(const Json& results, const std::string& policy) {
  std::vector<DotRow> rows;
  for (const auto& cell : results.at("cells")) {
    std::size_t series = 0;
    for (const auto& arm : arms_of(results)) {
      const auto& scores = cell.at("arms").at(arm).at(policy);
      const auto& level = scores.at("seed_level");
      rows.push_back({.label = cell.at("id").get<std::string>(),
                      .value = value_of(level.at("mean")),
                      .interval = range_of(level.at("ci95")),
                      .seeds = seed_values(results, scores.at("seeds"), scores.at("seed_means")),
                      .series = series++});
    }
  }
  return rows;
}

}  // namespace

Figure score_figure(const Json& results) {
  Figure figure{
      .id = "figure-scores",
      .title = "Scores by cell and arm.",
      .caption =
          "Small marks: one seed each. Large marks with bars: mean over seeds with its 95 % t interval.",
      .legend = arm_legend(results),
      .data = data_table("data-scores", {label("Actions"), label("Cell"), label("Arm")})};
  add_seed_columns(figure.data, results);
  std::vector<DotPlot> plots;
  for (const auto& policy : policies_in_order(results)) {
    plots.push_back({.id = "scores-" + policy,
                     .title = "Score, " + policy_label(policy),
                     .description = "Mean return of every cell and arm with its interval and seeds; the "
                                    "numbers are in the table below.",
                     .axis = score_axis,
                     .rows = score_rows(results, policy),
                     .reference = random_score(results),
                     .reference_label = "random"});
    for (const auto& row : plots.back().rows) {
      add_row(figure.data, {policy, row.label, arm_label(arms_of(results)[row.series])}, row,
              results.at("seeds").size());
    }
  }
  add_panels(figure, std::move(plots));
  return figure;
}

Figure gap_figure(const Json& results) {
  const auto arms = gap_arms_of(results);
  Figure figure{.id = "figure-gap",
                .title = "The gap between the arms.",
                .data = data_table("data-gap", {label("Actions"), label("Cell")})};
  if (arms.empty()) return figure;
  figure.caption =
      fmt::format("{} minus {}, formed within each seed (small marks), with mean and 95 % t interval.",
                  arm_label(arms[0]), arm_label(arms[1]));
  add_seed_columns(figure.data, results);
  std::vector<DotPlot> plots;
  for (const auto& policy : policies_in_order(results)) {
    DotPlot plot{.id = "gap-" + policy,
                 .title = "Gap, " + policy_label(policy),
                 .description =
                     "The gap of every cell with its interval and seeds; the numbers are in the table below.",
                 .axis = "difference in return per episode",
                 .reference = 0.0,
                 .reference_label = "no gap"};
    for (const auto& cell : results.at("cells")) {
      const auto& gap = cell.at("gap").at(policy);
      plot.rows.push_back({.label = cell.at("id").get<std::string>(),
                           .value = value_of(gap.at("absolute")),
                           .interval = range_of(gap.at("absolute_ci95")),
                           .seeds = seed_values(results, gap.at("seeds"), gap.at("seed_values")),
                           .series = 3});
      add_row(figure.data, {policy, plot.rows.back().label}, plot.rows.back(), results.at("seeds").size());
    }
    plots.push_back(std::move(plot));
  }
  add_panels(figure, std::move(plots));
  return figure;
}

Figure effect_figure(const Json& results) {
  Figure figure{
      .id = "figure-effects",
      .title = "Main effects and interaction.",
      .caption = "Estimates with 95 % t intervals, paired over seeds and not adjusted for their number.",
      .legend = arm_legend(results),
      .data = data_table("data-effects", {label("Actions"), label("Effect"), label("On")})};
  const auto& contributions = results.at("effects").at("contributions");
  if (contributions.empty()) return figure;
  const std::size_t gap_series = 3;
  if (!gap_arms_of(results).empty()) figure.legend.push_back({.label = "Gap", .series = gap_series});
  std::vector<DotPlot> plots;
  for (const auto& policy : policies_in_order(results)) {
    DotPlot plot{
        .id = "effects-" + policy,
        .title = "Effects, " + policy_label(policy),
        .description =
            "Main effects and interactions with their intervals; the numbers are in the table below.",
        .axis = "change in return per episode",
        .reference = 0.0,
        .reference_label = "no effect"};
    const auto add_dot = [&](const Json& contribution, const std::string& on, std::size_t series,
                             const Json& effect) {
      const auto name = fmt::format("{} ({})", contribution.at("label").get<std::string>(),
                                    contribution.at("kind").get<std::string>());
      plot.rows.push_back({.label = name,
                           .value = value_of(effect.at("estimate")),
                           .interval = range_of(effect.at("ci95")),
                           .series = series});
      add_row(figure.data, {policy, name, on}, plot.rows.back(), 0);
    };
    for (const auto& contribution : contributions) {
      const auto& effects = contribution.at(policy);
      std::size_t series = 0;
      for (const auto& arm : arms_of(results))
        add_dot(contribution, arm_label(arm), series++, effects.at("mean").at(arm));
      if (!effects.at("gap").is_null()) add_dot(contribution, "gap", gap_series, effects.at("gap"));
    }
    plots.push_back(std::move(plot));
  }
  add_panels(figure, std::move(plots));
  return figure;
}

Figure ranking_figure(const Json& results) {
  Figure figure{
      .id = "figure-ranking",
      .title = "Learners among simple policies.",
      .caption =
          "Best first. Filled marks: learners, mean over seeds with 95 % t interval. Open marks: simple "
          "policies.",
      .legend = arm_legend(results),
      .data = data_table("data-ranking", {label("Actions"), label("Policy")})};
  const auto& policies = results.at("policies");
  if (policies.at("simple").empty()) return figure;
  figure.legend.push_back({.label = "simple policy", .series = 4, .classes = "hollow"});
  std::vector<DotPlot> plots;
  for (const auto& policy : policies_in_order(results)) {
    DotPlot plot{
        .id = "ranking-" + policy,
        .title = "Ranking, " + policy_label(policy),
        .description = "Learners and simple policies by mean return; the numbers are in the table below.",
        .axis = score_axis,
        .reference = random_score(results),
        .reference_label = "random",
        .labels_beside = true};
    for (const auto& learner : policies.at("learners")) {
      if (learner.at("policy") != policy) continue;
      const auto arm = learner.at("arm").get<std::string>();
      plot.rows.push_back(
          {.label = fmt::format("{}, {}", arm_label(arm), learner.at("cell").get<std::string>()),
           .value = value_of(learner.at("mean")),
           .interval = range_of(learner.at("ci95")),
           .series = series_of(results, arm)});
    }
    for (const auto& simple : policies.at("simple")) {
      plot.rows.push_back({.label = simple.at("policy").get<std::string>(),
                           .value = value_of(simple.at("mean")),
                           .series = 4,
                           .hollow = true});
    }
    std::erase_if(plot.rows, [](const DotRow& row) { return !std::isfinite(row.value); });
    std::ranges::stable_sort(plot.rows, std::greater<>{}, &DotRow::value);
    for (const auto& row : plot.rows) add_row(figure.data, {policy, row.label}, row, 0);
    plots.push_back(std::move(plot));
  }
  add_panels(figure, std::move(plots));
  return figure;
}

}  // namespace windhover::report
