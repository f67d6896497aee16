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
#include "windhover/analysis/statements.hpp"
#include "windhover/analysis/study_facts.hpp"
#include "windhover/analysis/summary.hpp"
#include "windhover/analysis/wording.hpp"

namespace windhover::analysis {
namespace {

/// Factors with their levels, the reference level first.
std::vector<FactorLevels> factor_levels(const record::Study& study) {
  std::vector<FactorLevels> list;
  for (const auto& factor : factors_of(study)) {
    auto levels = factor.levels;
    std::swap(levels.front(), levels[factor.reference()]);
    list.push_back({.name = factor.name, .levels = std::move(levels)});
  }
  return list;
}

/// What the manifest says. Times are those of a study whose runs have all ended.
void add_manifest(Results& results, const record::Manifest& manifest) {
  if (results.runs.missing.empty()) {
    results.wall_seconds = manifest.wall_seconds;
    results.cpu_seconds = manifest.cpu_seconds;
  }
  results.build = manifest.provenance.build;
  results.machine = manifest.provenance.machine;
}

/// What is said of the study as a whole.
Results heading(const record::StudyRecord& record) {
  const auto& study = record.study;
  Results results{.name = study.name,
                  .environment = environment_of(study),
                  .profile = profile_of(study),
                  .preset = preset_of(record),
                  .quick = study.quick,
                  .seeds = study.seeds,
                  .arms = study.arms,
                  .factors = factor_levels(study),
                  .full_factorial = is_full_factorial(study),
                  .primary = primary_choice(record),
                  .sampled_first = primary_choice(record) == ActionChoice::sampled,
                  .action_names = action_names(record),
                  .condition = condition_of(record),
                  .runs = run_counts(record),
                  .digest = digest_of(record),
                  .made_by = runs_by_provenance(record),
                  .audit = record.audit,
                  .baselines = record.baselines,
                  .environments = {}};
  if (record.manifest) add_manifest(results, *record.manifest);
  return results;
}

Result<Results> linted(Results results) {
  if (const auto checked = lint(to_json(results)); !checked)
    return in_context("the claim linter", checked.error());
  return results;
}

/// The analysis of cells that have one environment and profile.
Result<Results> analyse_part(const record::StudyRecord& record) {
  const ScoreBook book(record);
  Results results = heading(record);
  results.conditions = book.conditions();
  results.cells = cell_results(book);
  results.arm_chain = arm_chain_of(book);
  results.collapse = collapse_of(book);
  add_collapse_counts(results.cells, results.collapse);
  results.effects = effects_of(book, results.cells, results.collapse);
  results.noise_floor = noise_floor_of(book);
  results.claims = claims_of(book, results.collapse);
  results.families = adjust_families(results, record, tests_of(results.claims, record.study));
  results.anova = anova_of(book);
  results.performance_profiles = performance_profiles(book);
  results.velocity_curves = velocity_curves(book);
  results.action_curves = action_curves(book);
  results.training_curves = training_curves(book);
  results.policies = policies_of(book);
  results.best_for = best_cells(book, results.cells);
  results.recommendations = recommendations_of(book, results.cells, results.policies);
  results.statements = statements_of(results);
  results.summary = summary_of(book, results);
  return linted(std::move(results));
}

/// Says which scores stand in another unit than they were earned in.
void add_score_factors(Results& results, const std::map<std::string, double>& factors) {
  std::vector<std::string> cells;
  for (auto& cell : results.cells) {
    const auto factor = factors.find(cell.id);
    if (factor == factors.end()) continue;
    cell.score_factor = factor->second;
    cells.push_back(fmt::format("{} by {:.6g}", factor->first, factor->second));
  }
  if (cells.empty()) return;
  results.summary.warnings.push_back(
      fmt::format("The environment's reward_scale sets the unit of returns. So that they can be compared, "
                  "returns are multiplied, to be those at the first cell's reward_scale: {}. evaluation.csv "
                  "has them as they were earned.",
                  list_text(cells)));
}

Result<Results> analyse_parts(const record::StudyRecord& record, const std::vector<Part>& parts,
                              const std::map<std::string, double>& factors) {
  std::vector<Results> analyses;
  for (const auto& part : parts) {
    auto analysis = analyse_part(record_of(record, part));
    if (!analysis) return in_context(part.name, analysis.error());
    add_score_factors(*analysis, factors);
    analyses.push_back(*std::move(analysis));
  }
  Results results = heading(record);
  compose(results, record.study, parts, analyses);
  results.claims = claims_of(ScoreBook(record), results.collapse);
  for (auto& family : adjust_claims(tests_of(results.claims, record.study)))
    results.families.push_back(std::move(family));
  for (auto& statement : statements_of_claims(results)) results.statements.push_back(std::move(statement));
  return linted(std::move(results));
}

}  // namespace

Result<Results> analyse(const record::StudyRecord& record) {
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
