#include "windhover/analysis/statements.hpp"
#include "windhover/analysis/wording.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/tables.hpp"

namespace windhover::report {

Table claim_verdicts(const Results& results, ActionChoice actions) {
  Table table{.id = "table-claims-" + name_of(actions),
              .title = "The published claims.",
              .caption = results.claims.rule +
                         " Tested is the direction, not the published size. The estimate is of the tested "
                         "difference; of several, the one that decides.",
              .columns = {{.head = "Claim", .kind = ColumnKind::label},
                          {.head = "As published", .kind = ColumnKind::text},
                          {.head = "Figure", .kind = ColumnKind::text},
                          {.head = "Verdict", .kind = ColumnKind::verdict},
                          {.head = "Estimate", .decimals = 3, .sign = true},
                          {.head = "95 % interval", .kind = ColumnKind::range, .decimals = 3, .sign = true},
                          {.head = "p (Holm)", .kind = ColumnKind::p_value},
                          {.head = "p (sign flip)", .kind = ColumnKind::p_value},
                          {.head = "What is tested", .kind = ColumnKind::text}},
              .actions = name_of(actions)};
  for (const auto& claim : results.claims.claims) {
    const auto& test = claim.verdicts[actions];
    auto about = analysis::statement_key(analysis::published_claim_effect(claim.id), {},
                                         analysis::measure_name("claim", actions));
    table.rows.push_back({claim.id, claim.claim, claim.published,
                          verdict_cell(test.verdict, std::move(about)), number_cell(test.estimate),
                          range_cell(test.ci95), number_cell(test.holm_p), number_cell(test.sign_flip_p),
                          claim.tested});
  }
  return table;
}

Table published_side_by_side(const Results& results) {
  Table table{.id = "table-side-by-side",
              .title = "Figures side by side.",
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
  const auto add = [&](const std::string& cell, const std::string& arm, const std::string& study,
                       const auto& scores) {
    table.rows.push_back({cell, analysis::arm_label(arm), study, number_cell(scores.mean),
                          number_cell(scores.deviation), number_cell(scores.cv), number_cell(scores.worst)});
  };
  for (const auto& published : results.claims.cells) {
    for (const auto& cell : results.cells) {
      if (cell.id != published.ours) continue;
      for (const auto& [arm, scores] :
           {std::pair<std::string, const analysis::PublishedArmScores&>{"a3c", published.a3c},
            {"individual", published.individual}}) {
        const auto& ours = cell.arms.at(arm).scores;
        add(cell.id, arm, "published", scores);
        add(cell.id, arm, "ours, greedy", ours.greedy);
        add(cell.id, arm, "ours, sampled", ours.sampled);
      }
    }
  }
  return table;
}

}  // namespace windhover::report
