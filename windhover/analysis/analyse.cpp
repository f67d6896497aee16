#include "windhover/analysis/analyse.hpp"

#include <map>
#include <utility>

#include "windhover/analysis/arm_chain.hpp"
#include "windhover/analysis/cells.hpp"
#include "windhover/analysis/claims.hpp"
#include "windhover/analysis/collapse.hpp"
#include "windhover/analysis/composition.hpp"
#include "windhover/analysis/curves.hpp"
#include "windhover/analysis/design.hpp"
#include "windhover/analysis/effects.hpp"
#include "windhover/analysis/families.hpp"
#include "windhover/analysis/linter.hpp"
#include "windhover/analysis/noise_floor.hpp"
#include "windhover/analysis/partition.hpp"
#include "windhover/analysis/policies.hpp"
#include "windhover/analysis/robust_scores.hpp"
#include "windhover/analysis/scores.hpp"
#include "windhover/analysis/selection.hpp"
#include "windhover/analysis/split_plot.hpp"
#include "windhover/analysis/study_facts.hpp"
#include "windhover/analysis/summary.hpp"
#include "windhover/analysis/verdicts.hpp"
#include "windhover/analysis/wording.hpp"

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
  for (const char* key : {"version", "build", "machine"}) json[key] = manifest_entry(record, key);
  const bool has_ended = json["runs"]["missing"].empty();
  for (const char* key : {"wall_seconds", "cpu_seconds"})
    json[key] = has_ended ? manifest_entry(record, key) : Json();
  add_digest(json, record);
  return json;
}

/// The analysis of cells that have one environment and profile.
Result<Json> analyse_part(const record::StudyRecord& record) {
  const auto& study = record.study;
  const ScoreBook book(record);
  Json results = heading(record);
  results["conditions"] = book.conditions();
  results["cells"] = cells_json(book);
  results["arm_chain"] = arm_chain_json(book);
  results["collapse"] = collapse_json(book);
  add_collapse_counts(results["cells"], results["collapse"]);
  results["effects"] = effects_json(book, results["cells"], results["collapse"]);
  results["noise_floor"] = noise_floor_json(book);
  results["verdicts"] = verdicts_json(study, results["effects"], results["noise_floor"]);
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

/// Says which scores stand in another unit than they were earned in.
void add_score_factors(Json& results, const std::map<std::string, double>& factors) {
  std::vector<std::string> cells;
  for (auto& cell : results["cells"]) {
    const auto factor = factors.find(cell["id"].get<std::string>());
    if (factor == factors.end()) continue;
    cell["score_factor"] = factor->second;
    cells.push_back(fmt::format("{} by {:.6g}", factor->first, factor->second));
  }
  if (cells.empty()) return;
  results["summary"]["warnings"].push_back(
      fmt::format("The environment's reward_scale sets the unit of returns. So that they can be compared, "
                  "returns are multiplied, to be those at the first cell's reward_scale: {}. evaluation.csv "
                  "has them as they were earned.",
                  list_text(cells)));
}

Result<Json> analyse_parts(const record::StudyRecord& record, const std::vector<Part>& parts,
                           const std::map<std::string, double>& factors) {
  std::vector<Json> analyses;
  for (const auto& part : parts) {
    auto analysis = analyse_part(record_of(record, part));
    if (!analysis) return in_context(part.name, analysis.error());
    add_score_factors(*analysis, factors);
    analyses.push_back(*std::move(analysis));
  }
  Json results = heading(record);
  compose(results, record.study, parts, analyses);
  results["claims"] = claims_json(ScoreBook(record), results["collapse"]);
  if (const auto checked = lint(results); !checked) return in_context("the claim linter", checked.error());
  return results;
}

}  // namespace

Result<Json> analyse(const record::StudyRecord& record) {
  const auto& study = record.study;
  if (study.cells.empty() || study.arms.empty() || study.seeds.empty()) {
    return failure("the study has no cells, no arms or no seeds");
  }
  const auto parts = parts_of(study);
  const auto factors = score_factors(record, parts);
  if (!factors.empty()) {
    const auto scaled = rescaled(record, factors);
    if (parts.size() > 1) return analyse_parts(scaled, parts, factors);
    auto results = analyse_part(scaled);
    if (results) add_score_factors(*results, factors);
    return results;
  }
  return parts.size() > 1 ? analyse_parts(record, parts, factors) : analyse_part(record);
}

}  // namespace windhover::analysis
