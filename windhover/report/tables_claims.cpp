#include "windhover/analysis/wording.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/tables.hpp"

namespace windhover::report {

Table claim_verdicts(const Json& results, const std::string& policy) {
  Table table{.id = "table-11-claims-" + policy,
              .title = fmt::format("Table 11. The published claims, {}.", policy_label(policy)),
              .caption = results.at("claims").at("rule").get<std::string>() +
                         " Tested is the direction, not the published size. The estimate is of the tested "
                         "difference; of several, the one that decides.",
              .columns = {{.head = "Claim", .kind = ColumnKind::label},
                          {.head = "As published", .kind = ColumnKind::text},
                          {.head = "Figure", .kind = ColumnKind::text},
                          {.head = "Verdict", .kind = ColumnKind::verdict},
                          {.head = "Estimate", .decimals = 3, .sign = true},
                          {.head = "95 % interval", .kind = ColumnKind::range, .decimals = 3, .sign = true},
                          {.head = "Holm p", .kind = ColumnKind::p_value},
                          {.head = "p (sign flip)", .kind = ColumnKind::p_value},
                          {.head = "What is tested", .kind = ColumnKind::text}},
              .policy = policy};
  for (const auto& claim : results.at("claims").at("claims")) {
    const auto& test = claim.at(policy);
    table.rows.push_back({claim.at("id").get<std::string>(), claim.at("claim").get<std::string>(),
                          claim.at("published").get<std::string>(), test.at("verdict").get<std::string>(),
                          number_cell(test.at("estimate")), range_cell(test.at("ci95")),
                          number_cell(test.at("holm_p")), number_cell(test.at("sign_flip_p")),
                          claim.at("tested").get<std::string>()});
  }
  return table;
}

Table published_side_by_side(const Json& results) {
  Table table{.id = "table-11-side-by-side",
              .title = "Table 11, figures side by side.",
              .caption =
                  "The published figures beside ours by the same definitions (pooled rows, greedy as "
                  "published, and sampled).",
              .columns = {{.head = "Cell", .kind = ColumnKind::label},
                          {.head = "Arm", .kind = ColumnKind::label},
                          {.head = "Study", .kind = ColumnKind::text},
                          {.head = "Mean"},
                          {.head = "Std"},
                          {.head = "CV", .decimals = 3},
                          {.head = "Worst"}}};
  const auto add = [&](const Json& published, const std::string& arm, const std::string& study,
                       const Json& scores) {
    table.rows.push_back({published.at("ours").get<std::string>(), analysis::arm_label(arm), study,
                          number_cell(scores.at("mean")), number_cell(scores.at("std")),
                          number_cell(scores.at("cv")), number_cell(scores.at("worst"))});
  };
  for (const auto& published : results.at("claims").at("cells")) {
    for (const auto& cell : results.at("cells")) {
      if (cell.at("id") != published.at("ours")) continue;
      for (const std::string arm : {"a3c", "individual"}) {
        add(published, arm, "published", published.at(arm));
        add(published, arm, "ours, greedy", cell.at("arms").at(arm).at("greedy"));
        add(published, arm, "ours, sampled", cell.at("arms").at(arm).at("sampled"));
      }
    }
  }
  return table;
}

}  // namespace windhover::report
