#include "windhover/report/sections.hpp"

#include "windhover/report/figures.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/section_builder.hpp"
#include "windhover/report/tables.hpp"

namespace windhover::report {
namespace {

Section configuration_section(const Results& results) {
  return SectionBuilder("configuration", gap_arms_of(results).empty() ? "Scores" : "Scores and gap")
      .tables(results, configuration_matrix)
      .figure(gap_figure(results))
      .tables(results, control_arms)
      .figure(arm_chain_figure(results))
      .tables(results, arm_chain)
      .finish();
}

Section cells_section(const Results& results) {
  return SectionBuilder("cells", "Spread and tail")
      .tables(results, beyond_means)
      .tables(results, improvement)
      .figures(results, profile_figure)
      .finish();
}

/// True if the cells differ in factors, but not in every combination: there are no main effects then.
bool has_single_changes(const Results& results) {
  return !results.factors.empty() && !results.full_factorial;
}

Section effects_section(const Results& results) {
  return SectionBuilder("effects",
                        has_two_factors(results) ? "One component at a time" : "One change at a time")
      .text(has_single_changes(results) ? results.effects.note : "")
      .figures(results, dose_figure)
      .figure(sweep_figure(results))
      .figure(step_figure(results))
      .tables(results, component_effects)
      .finish();
}

Section heat_maps_section(const Results& results) {
  return SectionBuilder("heatmaps", "Heat maps")
      .figures(results, heat_map_figure)
      .figures(results, interaction_figure)
      .finish();
}

Section contributions_section(const Results& results) {
  return SectionBuilder("contributions",
                        has_single_changes(results) ? "Noise floor" : "Main effects and interaction")
      .figure(effect_figure(results))
      .table(noise_floor(results))
      .tables(results, contributions)
      .finish();
}

Section tests_section(const Results& results) {
  return SectionBuilder("tests", "Declared tests")
      .tables(results, test_families)
      .tables(results, variance_table)
      .finish();
}

Section velocity_section(const Results& results) {
  return SectionBuilder("velocity",
                        has_condition(results) ? condition_title(results) + " and training" : "Training")
      .figure(learning_figure(results))
      .figure(diagnostics_figure(results))
      .figures(results, velocity_figure)
      .figures(results, action_figure)
      .finish();
}

Section collapse_section(const Results& results) {
  return SectionBuilder("collapse", "Collapse")
      .table(collapse_counts(results))
      .table(collapse_models(results))
      .finish();
}

Section recommendations_section(const Results& results) {
  return SectionBuilder("recommendations", "Recommendations")
      .tables(results, best_for)
      .table(recommendations(results))
      .finish();
}

Section baselines_section(const Results& results) {
  return SectionBuilder("baselines", "Comparison with baselines")
      .figure(ranking_figure(results))
      .tables(results, policy_ranking)
      .finish();
}

Section claims_section(const Results& results) {
  return SectionBuilder("claims", "Claims").table(declared_claims(results)).finish();
}

/// Of a study that redoes the published one: what became of its claims, and its own figures for comparison.
Section published_section(const Results& results) {
  SectionBuilder section("published", "The published study");
  if (results.claims.claims.empty()) return section.finish();
  return section.tables(results, claim_verdicts)
      .table(published_side_by_side(results))
      .tables(results, published_metrics)
      .tables(results, published_quotients)
      .tables(results, published_changes)
      .finish();
}

std::string audit_text(const std::optional<record::Audit>& audit) {
  if (!audit) return "The record holds no audit.";
  return "Before the study ran, every pair of cells was checked to differ in what it trains, and every pair "
         "of seeds in what it draws; what the audit saw is in results.json under audit.";
}

Section study_section(const Results& results) {
  return SectionBuilder("study", "How it was made")
      .text(
          "Greedy actions are the most probable ones, ties to the lowest; sampled actions are drawn from the "
          "policy. Both are scored on the same episodes. A score averages episodes, then" +
          std::string(has_condition(results) ? " conditions, then, where " : ", where ") +
          "an arm has one model a worker, the workers; what is left is one number a seed, and seeds are what "
          "intervals and tests count.")
      .text(audit_text(results.audit))
      .text(
          "Every number on this page stands in results.json: the attribute data-source of a table cell and "
          "of a sentence of the summary names the place as a JSON pointer.")
      .table(incomplete_runs(results))
      .table(study_facts(results))
      .finish();
}

}  // namespace

std::vector<Block> blocks_at_a_glance(const Results& results) {
  return SectionBuilder("", "").figure(score_figure(results)).tables(results, verdicts).finish().blocks;
}

std::vector<Section> sections_of(const Results& results) {
  std::vector<Section> sections;
  for (const auto& make :
       {configuration_section, contributions_section, tests_section, effects_section, heat_maps_section,
        cells_section, velocity_section, collapse_section, baselines_section, recommendations_section,
        claims_section, published_section, study_section}) {
    auto section = make(results);
    section.folded = !sections.empty();
    add_section(sections, std::move(section));
  }
  return sections;
}

}  // namespace windhover::report
