#include "windhover/report/document.hpp"

#include "windhover/report/figures.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/tables.hpp"

namespace windhover::report {
namespace {

std::vector<std::string> texts_of(const Json& list) { return list.get<std::vector<std::string>>(); }

Summary make_summary(const Json& results) {
  const auto& summary = results.at("summary");
  return {.asked = summary.at("asked").get<std::string>(),
          .quick = summary.at("quick").is_string() ? summary.at("quick").get<std::string>() : "",
          .alerts = texts_of(summary.at("alerts")),
          .found_with = policy_label(results.at("primary").get<std::string>()),
          .found = texts_of(summary.at("found")),
          .certainty = texts_of(summary.at("certainty")),
          .beats = texts_of(summary.at("beats")),
          .warnings = texts_of(summary.at("warnings"))};
}

std::vector<std::string> make_tags(const Json& results) {
  std::vector<std::string> tags;
  for (const char* key : {"environment", "profile", "preset"}) {
    const auto& value = results.at(key);
    if (value.is_string() && !value.get<std::string>().empty())
      tags.push_back(fmt::format("{} {}", key, value.get<std::string>()));
  }
  tags.push_back(fmt::format("{} cells × {} arms × {} seeds", results.at("cells").size(),
                             results.at("arms").size(), results.at("seeds").size()));
  tags.push_back(results.at("primary").get<std::string>() + " actions first");
  if (results.at("quick") == true) tags.emplace_back("quick version");
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

  [[nodiscard]] Section finish() { return std::move(section_); }

 private:
  Section section_;
};

Section scores_section(const Json& results) {
  SectionBuilder section("scores", "Scores and gap");
  section.figure(score_figure(results));
  for (const auto& policy : policies_in_order(results)) section.table(configuration_matrix(results, policy));
  section.figure(gap_figure(results));
  for (const auto& policy : policies_in_order(results)) section.table(control_arms(results, policy));
  return section.finish();
}

Section policies_section(const Json& results) {
  SectionBuilder section("policies", "Against simple policies");
  section.figure(ranking_figure(results));
  for (const auto& policy : policies_in_order(results)) section.table(policy_ranking(results, policy));
  return section.finish();
}

Section effects_section(const Json& results) {
  SectionBuilder section("effects", "What the components do");
  section.text(results.at("effects").at("note").get<std::string>()).figure(effect_figure(results));
  for (const auto& policy : policies_in_order(results)) section.figure(interaction_figure(results, policy));
  for (const auto& policy : policies_in_order(results)) section.table(contributions(results, policy));
  for (const auto& policy : policies_in_order(results)) section.table(component_effects(results, policy));
  return section.finish();
}

Section curves_section(const Json& results) {
  SectionBuilder section("curves", "Velocity and training");
  for (const auto& policy : policies_in_order(results)) section.figure(velocity_figure(results, policy));
  section.figure(training_figure(results));
  return section.finish();
}

Section collapse_section(const Json& results) {
  return SectionBuilder("collapse", "Collapse")
      .table(collapse_counts(results))
      .table(collapse_models(results))
      .finish();
}

Section choices_section(const Json& results) {
  SectionBuilder section("choices", "Best for, and recommendations");
  for (const auto& policy : policies_in_order(results)) section.table(best_for(results, policy));
  section.table(recommendations(results));
  return section.finish();
}

Section published_section(const Json& results) {
  SectionBuilder section("published", "The published study");
  section.text(results.at("claims").at("note").get<std::string>());
  for (const auto& policy : policies_in_order(results)) section.table(claim_verdicts(results, policy));
  section.table(published_side_by_side(results));
  for (const auto& policy : policies_in_order(results)) section.table(published_metrics(results, policy));
  for (const auto& policy : policies_in_order(results)) section.table(published_quotients(results, policy));
  for (const auto& policy : policies_in_order(results)) section.table(published_changes(results, policy));
  for (const auto& policy : policies_in_order(results)) section.figure(heat_map_figure(results, policy));
  return section.finish();
}

std::string audit_text(const Json& audit) {
  if (audit.is_null()) return "The record holds no audit.";
  return "Before the study ran, every pair of cells was checked to differ in what it trains, and every pair "
         "of seeds in what it draws; what "
         "the audit saw is in results.json under audit.";
}

Section study_section(const Json& results) {
  return SectionBuilder("study", "How it was made")
      .text(
          "Greedy actions are the most probable ones, ties to the lowest; sampled actions are drawn from the "
          "policy. Both are "
          "scored on the same episodes. A score averages episodes, then velocities, then, where an arm has "
          "one model a worker, the "
          "workers; what is left is one number a seed, and seeds are what intervals and tests count.")
      .text(audit_text(results.at("audit")))
      .table(incomplete_runs(results))
      .table(study_facts(results))
      .finish();
}

/// Numbers the figures in the order of the page.
void number_figures(std::vector<Section>& sections) {
  int number = 0;
  for (auto& section : sections) {
    for (auto& block : section.blocks) {
      auto* figure = std::get_if<Figure>(&block);
      if (figure == nullptr) continue;
      ++number;
      figure->title = fmt::format("Figure {}. {}", number, figure->title);
      figure->data.title = fmt::format("Data of Figure {}.", number);
    }
  }
}

}  // namespace

Document make_document(const Json& results) {
  Document document{.title = results.at("name").get<std::string>(),
                    .tags = make_tags(results),
                    .summary = make_summary(results)};
  for (const auto& make : {scores_section, policies_section, effects_section, curves_section,
                           collapse_section, choices_section, published_section, study_section}) {
    auto section = make(results);
    if (!section.blocks.empty()) document.sections.push_back(std::move(section));
  }
  number_figures(document.sections);
  return document;
}

std::vector<Table> tables_of(const Document& document) {
  std::vector<Table> tables;
  for (const auto& section : document.sections) {
    for (const auto& block : section.blocks) {
      if (const auto* table = std::get_if<Table>(&block)) tables.push_back(*table);
      if (const auto* figure = std::get_if<Figure>(&block)) tables.push_back(figure->data);
    }
  }
  return tables;
}

}  // namespace windhover::report
