#include "windhover/report/document.hpp"

#include <algorithm>

#include "windhover/analysis/statements.hpp"
#include "windhover/report/figures.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/sources.hpp"
#include "windhover/report/tables.hpp"

namespace windhover::report {
namespace {

std::vector<Sentence> sentences(const std::vector<std::string>& texts) {
  std::vector<Sentence> list;
  for (const auto& text : texts) list.push_back({.text = text, .node = &text});
  return list;
}

/// With the statements that they are.
std::vector<Sentence> sentences(const std::vector<analysis::SummarySentence>& told, const Results& results) {
  std::vector<Sentence> list;
  for (const auto& one : told) {
    list.push_back({.text = one.text, .node = &one.text});
    if (!one.statement) continue;
    const auto& statement = results.statements.at(*one.statement);
    list.back().about = analysis::key_of(statement);
    list.back().verdict = statement.verdict;
  }
  return list;
}

Sentence sentence(const std::optional<std::string>& text) {
  return text ? Sentence{.text = *text, .node = &*text} : Sentence();
}

std::vector<std::string> make_tags(const Results& results) {
  std::vector<std::string> tags;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) tags.push_back(fmt::format("{} {}", name, value));
  };
  add("environment", results.environment);
  add("profile", results.profile);
  add("preset", results.preset);
  tags.push_back(study_size(results));
  tags.push_back(name_of(results.primary) + " actions first");
  if (results.quick) tags.emplace_back("quick version");
  return tags;
}

/// Adds what has something to show.
class SectionBuilder {
 public:
  SectionBuilder(std::string id, std::string title)
      : section_{.id = std::move(id), .title = std::move(title)} {}

  SectionBuilder& text(std::string paragraph) {
    if (!paragraph.empty()) section_.blocks.emplace_back(std::move(paragraph));
    return *this;
  }
  SectionBuilder& table(Table table) {
    if (!table.rows.empty()) section_.blocks.emplace_back(std::move(table));
    return *this;
  }
  SectionBuilder& figure(Figure figure) {
    if (!figure.panels.empty()) section_.blocks.emplace_back(std::move(figure));
    return *this;
  }

  using TableOfPolicy = Table (*)(const Results& results, ActionChoice policy);
  using FigureOfPolicy = Figure (*)(const Results& results, ActionChoice policy);

  /// One for each choice of actions.
  SectionBuilder& tables(const Results& results, TableOfPolicy make) {
    for (const auto policy : policies_in_order(results)) table(make(results, policy));
    return *this;
  }
  SectionBuilder& figures(const Results& results, FigureOfPolicy make) {
    for (const auto policy : policies_in_order(results)) figure(make(results, policy));
    return *this;
  }

  /// `absence` says why there is nothing to show, where that is so.
  [[nodiscard]] Section finish(const char* absence) {
    if (section_.blocks.empty()) section_.blocks.emplace_back(std::string(absence));
    return std::move(section_);
  }

 private:
  Section section_;
};

Summary make_summary(const Results& results) {
  auto summary = summary_sentences(results);
  summary.blocks =
      SectionBuilder("", "").figure(score_figure(results)).tables(results, verdicts).finish("").blocks;
  return summary;
}

Section configuration_section(const Results& results) {
  return SectionBuilder("configuration", "Scores and gap")
      .tables(results, configuration_matrix)
      .figure(gap_figure(results))
      .tables(results, control_arms)
      .figure(arm_chain_figure(results))
      .tables(results, arm_chain)
      .finish("The study has no configurations.");
}

Section cells_section(const Results& results) {
  return SectionBuilder("cells", "Spread and tail")
      .tables(results, beyond_means)
      .tables(results, improvement)
      .figures(results, profile_figure)
      .tables(results, published_metrics)
      .tables(results, published_quotients)
      .tables(results, published_changes)
      .finish("The study has no cells.");
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
      .figure(step_figure(results))
      .tables(results, component_effects)
      .finish("No two cells differ in one factor only, so there is no such effect.");
}

Section heat_maps_section(const Results& results) {
  return SectionBuilder("heatmaps", "Heat maps")
      .figures(results, heat_map_figure)
      .figures(results, interaction_figure)
      .finish("Heat maps need a design with every combination of exactly two factors.");
}

/// Sections that this design has no use for: a map has two directions, and main effects need every
/// combination.
bool is_of_no_use(const Section& section, const Results& results) {
  const bool single_changes = has_single_changes(results);
  if (section.id == "heatmaps") return single_changes || results.factors.size() > 2;
  return section.id == "contributions" && single_changes && !results.noise_floor;
}

Section contributions_section(const Results& results) {
  return SectionBuilder("contributions",
                        has_single_changes(results) ? "Noise floor" : "Main effects and interaction")
      .text(has_single_changes(results) ? "" : results.effects.note)
      .figure(effect_figure(results))
      .table(noise_floor(results))
      .tables(results, contributions)
      .tables(results, test_families)
      .tables(results, variance_table)
      .finish("The design has no main effects.");
}

Section velocity_section(const Results& results) {
  return SectionBuilder("velocity",
                        has_condition(results) ? condition_title(results) + " and training" : "Training")
      .figures(results, velocity_figure)
      .figure(training_figure(results))
      .finish("There is one test condition and no record of training, so there are no curves.");
}

Section collapse_section(const Results& results) {
  return SectionBuilder("collapse", "Collapse")
      .table(collapse_counts(results))
      .table(collapse_models(results))
      .finish("No run has finished, so there are no models.");
}

Section recommendations_section(const Results& results) {
  return SectionBuilder("recommendations", "Recommendations")
      .tables(results, best_for)
      .table(recommendations(results))
      .finish("There is nothing to choose between.");
}

Section baselines_section(const Results& results) {
  return SectionBuilder("baselines", "Simple policies")
      .figure(ranking_figure(results))
      .tables(results, policy_ranking)
      .finish("The record holds no scores of simple policies.");
}

Section claims_section(const Results& results) {
  return SectionBuilder("claims", "Claims")
      .table(declared_claims(results))
      .text(results.claims.note)
      .tables(results, claim_verdicts)
      .table(published_side_by_side(results))
      .finish("The study declares no claims, and its design is not the published one.");
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
          "of a "
          "sentence of the summary names the place as a JSON pointer.")
      .table(incomplete_runs(results))
      .table(study_facts(results))
      .finish("");
}

/// Numbers the figures in the order of the page.
void number_figures(std::vector<Block>& blocks, int& number) {
  for (auto& block : blocks) {
    auto* figure = std::get_if<Figure>(&block);
    if (figure == nullptr) continue;
    ++number;
    figure->title = fmt::format("Figure {}. {}", number, figure->title);
    figure->data.title = fmt::format("Data of Figure {}.", number);
    figure->data.policy = figure->policy;
  }
}

}  // namespace

Summary summary_sentences(const Results& results) {
  const auto& summary = results.summary;
  return {.asked = {.text = summary.asked, .node = &summary.asked},
          .quick = sentence(summary.quick),
          .alerts = sentences(summary.alerts),
          .found_with = policy_label(results.primary),
          .found = sentences(summary.found, results),
          .second_look = sentences(summary.second_look, results),
          .certainty = sentences(summary.certainty),
          .beats = sentences(summary.beats),
          .warnings = sentences(summary.warnings)};
}

std::string study_size(const Results& results) {
  return fmt::format("{} cells × {} arms × {} seeds", results.cells.size(), results.arms.size(),
                     results.seeds.size());
}

Document make_document(const Results& results) {
  Document document{.title = results.name,
                    .tags = make_tags(results),
                    .policies = policy_names(results),
                    .summary = make_summary(results)};
  for (const auto& make : {configuration_section, cells_section, effects_section, heat_maps_section,
                           contributions_section, velocity_section, collapse_section, recommendations_section,
                           baselines_section, claims_section, study_section}) {
    document.sections.push_back(make(results));
  }
  std::erase_if(document.sections, [&](const Section& section) { return is_of_no_use(section, results); });
  if (nothing_finished(results)) drop_findings(document, {"study"});
  int number = 0;
  number_figures(document.summary.blocks, number);
  for (auto& section : document.sections) number_figures(section.blocks, number);
  cite_sources(document, results);
  return document;
}

void drop_findings(Document& document, const std::vector<std::string>& kept) {
  document.summary.blocks.clear();
  for (auto& section : document.sections) {
    if (std::ranges::find(kept, section.id) == kept.end())
      section.blocks = {std::string("No run has finished, so there is nothing to show.")};
  }
}

std::vector<Table> tables_of(const Document& document) {
  std::vector<Table> tables;
  const auto add = [&](const std::vector<Block>& blocks) {
    for (const auto& block : blocks) {
      if (const auto* table = std::get_if<Table>(&block)) tables.push_back(*table);
      if (const auto* figure = std::get_if<Figure>(&block)) tables.push_back(figure->data);
    }
  };
  add(document.summary.blocks);
  for (const auto& section : document.sections) add(section.blocks);
  return tables;
}

}  // namespace windhover::report
