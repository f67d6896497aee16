#include "windhover/analysis/statements.hpp"
#include "windhover/analysis/wording.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/tables.hpp"

namespace windhover::report {

using analysis::arm_label;

Table arm_chain(const Results& results, ActionChoice actions) {
  Table table{.id = "table-arm-chain-" + name_of(actions),
              .title = "From arm to arm.",
              .columns = {{.head = "Cell", .kind = ColumnKind::label},
                          {.head = "What changes", .kind = ColumnKind::text},
                          {.head = "First", .kind = ColumnKind::text},
                          {.head = "Second", .kind = ColumnKind::text},
                          {.head = "Difference", .sign = true},
                          {.head = "95 % interval", .kind = ColumnKind::range, .sign = true},
                          {.head = "Verdict", .kind = ColumnKind::verdict},
                          {.head = "p (t)", .kind = ColumnKind::p_value},
                          {.head = "p (BH)", .kind = ColumnKind::p_value},
                          {.head = "p (sign flip)", .kind = ColumnKind::p_value},
                          {.head = "Detectable effect"},
                          {.head = "Seeds", .decimals = 0},
                          {.head = "Note", .kind = ColumnKind::text, .optional = true}},
              .actions = name_of(actions)};
  if (!results.arm_chain) return table;
  table.caption = results.arm_chain->rule;
  for (const auto& cell : results.arm_chain->cells) {
    const auto key = [&](const analysis::ArmDifference& difference) {
      return analysis::statement_key(analysis::link_effect(cell.cell, difference), {},
                                     analysis::measure_name("gap", actions));
    };
    const auto add = [&](Cell name, const analysis::ArmDifference& difference) {
      const auto& contrast = difference.contrast;
      table.rows.push_back({cell.cell, std::move(name), arm_label(difference.first),
                            arm_label(difference.second), number_cell(contrast.estimate),
                            range_cell(contrast.ci95), verdict_cell(contrast.verdict, key(difference)),
                            number_cell(contrast.p_value), number_cell(contrast.bh_p),
                            number_cell(contrast.sign_flip_p),
                            number_cell(contrast.minimum_detectable_effect), number_cell(contrast.n_seeds),
                            text_cell(contrast.note)});
    };
    for (const auto& link : cell.chains[actions].links) add(text_cell(link.name), link);
    add(std::string("total"), cell.chains[actions].total);
  }
  drop_empty_columns(table);
  return table;
}

}  // namespace windhover::report
