#include "windhover/analysis/wording.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/tables.hpp"

namespace windhover::report {

using analysis::arm_label;

Table arm_chain(const Json& results, const std::string& policy) {
  Table table{.id = "table-1-arm-chain-" + policy,
              .title = fmt::format("Table 1, from arm to arm, {}.", policy_label(policy)),
              .columns = {{.head = "Cell", .kind = ColumnKind::label},
                          {.head = "What changes", .kind = ColumnKind::text},
                          {.head = "First", .kind = ColumnKind::text},
                          {.head = "Second", .kind = ColumnKind::text},
                          {.head = "Difference", .sign = true},
                          {.head = "95 % interval", .kind = ColumnKind::range, .sign = true},
                          {.head = "p (t)", .kind = ColumnKind::p_value},
                          {.head = "p (Holm)", .kind = ColumnKind::p_value},
                          {.head = "p (sign flip)", .kind = ColumnKind::p_value},
                          {.head = "Detectable effect"},
                          {.head = "Seeds", .decimals = 0},
                          {.head = "Note", .kind = ColumnKind::text, .optional = true}},
              .policy = policy};
  const auto& chain = member(results, "arm_chain");
  if (!chain.is_object()) return table;
  table.caption = chain.at("rule").get<std::string>();
  for (const auto& cell : chain.at("cells")) {
    const auto add = [&](Cell name, const Json& difference) {
      const auto& contrast = difference.at("contrast");
      table.rows.push_back({cell.at("cell").get<std::string>(), std::move(name),
                            arm_label(difference.at("first").get<std::string>()),
                            arm_label(difference.at("second").get<std::string>()),
                            number_cell(contrast.at("estimate")), range_cell(contrast.at("ci95")),
                            number_cell(contrast.at("p_value")), number_cell(member(contrast, "holm_p")),
                            number_cell(contrast.at("sign_flip_p")),
                            number_cell(contrast.at("minimum_detectable_effect")),
                            number_cell(contrast.at("n_seeds")), text_cell(contrast.at("note"))});
    };
    for (const auto& link : cell.at(policy).at("links")) add(text_cell(link.at("name")), link);
    add(std::string("total"), cell.at(policy).at("total"));
  }
  drop_empty_columns(table);
  return table;
}

}  // namespace windhover::report
