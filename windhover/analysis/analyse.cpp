#include "windhover/analysis/analyse.hpp"

#include <utility>

#include "windhover/analysis/arm_chain.hpp"
#include "windhover/analysis/cells.hpp"
#include "windhover/analysis/claims.hpp"
#include "windhover/analysis/collapse.hpp"
#include "windhover/analysis/curves.hpp"
#include "windhover/analysis/design.hpp"
#include "windhover/analysis/effects.hpp"
#include "windhover/analysis/families.hpp"
#include "windhover/analysis/linter.hpp"
#include "windhover/analysis/noise_floor.hpp"
#include "windhover/analysis/policies.hpp"
#include "windhover/analysis/robust_scores.hpp"
#include "windhover/analysis/scores.hpp"
#include "windhover/analysis/selection.hpp"
#include "windhover/analysis/split_plot.hpp"
#include "windhover/analysis/study_facts.hpp"
#include "windhover/analysis/summary.hpp"
#include "windhover/analysis/verdicts.hpp"

namespace windhover::analysis {
namespace {

/// Factors with their levels, the reference level first.
Json factors_json(const record::Study& study) {
  Json list = Json::array();
  for (const auto& factor : factors_of(study)) {
    auto levels = factor.levels;
    std::swap(levels.front(), levels[factor.reference()]);
    list.push_back({{"name", factor.name}, {"levels", std::move(levels)}});
  }
  return list;
}

/// What is said of the study as a whole.
Json heading(const record::StudyRecord& record) {
  const auto& study = record.study;
  Json json = {{"schema", results_schema},
               {"name", study.name},
               {"quick", study.quick},
               {"digest", study_digest_json(record)},
               {"seeds", study.seeds},
               {"arms", study.arms},
               {"factors", factors_json(study)},
               {"full_factorial", is_full_factorial(study)},
               {"sampled_first", primary_choice(record) == ActionChoice::sampled},
               {"primary", name_of(primary_choice(record))},
               {"action_names", action_names(record)},
               {"condition_name", condition_name(record)},
               {"runs", run_counts(record)},
               {"audit", record.audit},
               {"baselines", record.baselines}};
  for (const char* key : {"profile", "preset", "environment"}) json[key] = study_text(record, key);
  for (const char* key : {"wall_seconds", "cpu_seconds", "version", "build", "machine"}) {
    json[key] = manifest_entry(record, key);
  }
  return json;
}

}  // namespace

Result<Json> analyse(const record::StudyRecord& record) {
  const auto& study = record.study;
  if (study.cells.empty() || study.arms.empty() || study.seeds.empty()) {
    return failure("the study has no cells, no arms or no seeds");
  }
  const ScoreBook book(record);
  Json results = heading(record);
  results["conditions"] = book.conditions();
  results["cells"] = cells_json(book);
  results["arm_chain"] = arm_chain_json(book);
  results["collapse"] = collapse_json(book);
  add_collapse_counts(results["cells"], results["collapse"]);
  results["effects"] = effects_json(book, results["cells"], results["collapse"]);
  results["verdicts"] = verdicts_json(study, results["effects"]);
  results["noise_floor"] = noise_floor_json(book);
  results["families"] = adjust_families(results["effects"], results["cells"], record);
  results["anova"] = anova_json(book);
  results["performance_profiles"] = performance_profiles_json(book);
  results["velocity_curves"] = velocity_curves_json(book);
  results["training_curves"] = training_curves_json(book);
  results["policies"] = policies_json(book);
  results["best_for"] = best_for_json(book, results["cells"]);
  results["recommendations"] = recommendations_json(book, results["cells"], results["policies"]);
  results["claims"] = claims_json(book, results["collapse"]);
  results["summary"] = summary_json(book, results);
  if (const auto checked = lint(results); !checked) return in_context("the claim linter", checked.error());
  return results;
}

}  // namespace windhover::analysis
