#include "windhover/analysis/wording.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/tables.hpp"

namespace windhover::report {

Table collapse_counts(const Results& results) {
  Table table{.id = "table-collapse-counts",
              .title = "Collapse by cell.",
              .caption =
                  "Models that collapsed greedily (one action takes at least 99 % of the greedy steps) and "
                  "in training (mean entropy of the last 5 % of training below 0.05 nats and a sampled score "
                  "not above the random policy's). Collapsed models stay in every mean.",
              .columns = {{.head = "Cell", .kind = ColumnKind::label},
                          {.head = "Arm", .kind = ColumnKind::label},
                          {.head = "Models", .decimals = 0},
                          {.head = "Collapsed greedily", .decimals = 0},
                          {.head = "Collapsed in training", .decimals = 0}}};
  for (const auto& cell : results.cells) {
    for (const auto& arm : results.arms) {
      const auto& entry = cell.arms.at(arm);
      table.rows.push_back({cell.id, analysis::arm_label(arm), number_cell(entry.models),
                            number_cell(entry.collapsed_greedy), number_cell(entry.collapsed_training)});
    }
  }
  return table;
}

Table collapse_models(const Results& results) {
  Table table{.id = "table-collapse-models",
              .title = "Every model.",
              .caption =
                  "Share: the most frequent greedy action's. Probabilities: means over the steps of the "
                  "sampled evaluation. Since: the "
                  "first episode from which on the entropy stays below 0.05 nats. Losses: the largest "
                  "magnitude in training.",
              .columns = {{.head = "Cell", .kind = ColumnKind::label},
                          {.head = "Arm", .kind = ColumnKind::label},
                          {.head = "Seed", .decimals = 0},
                          {.head = "Model", .decimals = 0},
                          {.head = "Greedy action", .kind = ColumnKind::text},
                          {.head = "Share", .decimals = 3},
                          {.head = "Collapsed greedily", .kind = ColumnKind::verdict},
                          {.head = "Collapsed in training", .kind = ColumnKind::verdict},
                          {.head = "Final entropy", .decimals = 3},
                          {.head = "Since", .decimals = 0},
                          {.head = "Sampled score"}},
              .long_list = true};
  for (const auto& action : results.action_names) {
    table.columns.push_back({.head = action, .decimals = 3, .group = "Mean probability"});
  }
  for (const char* loss : {"policy", "value", "total"})
    table.columns.push_back({.head = loss, .group = "Largest loss"});
  const std::size_t actions = results.action_names.size();
  for (const auto& model : results.collapse) {
    std::vector<Cell> row = {model.cell,
                             analysis::arm_label(model.arm),
                             number_cell(model.seed),
                             number_cell(model.model),
                             text_cell(model.greedy_action),
                             number_cell(model.greedy_action_share),
                             yes_no_cell(model.collapsed_greedy),
                             yes_no_cell(model.collapsed_training),
                             number_cell(model.final_entropy),
                             number_cell(model.low_entropy_since_episode),
                             number_cell(model.sampled_score)};
    const auto& probabilities = model.mean_action_probabilities;
    for (std::size_t i = 0; i < actions; ++i) {
      row.push_back(i < probabilities.size() ? number_cell(probabilities.at(i)) : Cell());
    }
    for (const auto loss :
         {&analysis::ModelCollapse::largest_policy_loss, &analysis::ModelCollapse::largest_value_loss,
          &analysis::ModelCollapse::largest_total_loss})
      row.push_back(number_cell(model.*loss));
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace windhover::report
