#include "windhover/report/overview.hpp"

#include <fmt/format.h>

#include "windhover/analysis/statements.hpp"
#include "windhover/analysis/wording.hpp"
#include "windhover/report/numbering.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/section_builder.hpp"
#include "windhover/report/sources.hpp"
#include "windhover/report/tables.hpp"

namespace windhover::report {
namespace {

std::string folder_of(const analysis::EnvironmentResults& part) { return "environments/" + part.name; }

Links links_to_parts(const Results& results) {
  Links links;
  for (const auto& part : results.environments)
    links.links.push_back({.text = part.name, .folder = folder_of(part)});
  return links;
}

Table parts_table(const Results& results) {
  Table table{.id = "table-environments",
              .title = "The environments.",
              .caption = "Each is analysed as a study of its own.",
              .columns = {{.head = "Name", .kind = ColumnKind::label},
                          {.head = "Environment", .kind = ColumnKind::text},
                          {.head = "Profile", .kind = ColumnKind::text},
                          {.head = "Cells", .kind = ColumnKind::text},
                          {.head = "Runs finished", .kind = ColumnKind::text},
                          {.head = "Actions first", .kind = ColumnKind::text},
                          {.head = "Random policy"}}};
  for (const auto& part : results.environments) {
    const auto& own = part.results;
    std::vector<std::string> cells;
    for (const auto& cell : own.cells) cells.push_back(cell.id);
    table.rows.push_back({text_cell(part.name), text_cell(part.environment), text_cell(part.profile),
                          analysis::list_text(cells),
                          fmt::format("{} of {}", own.runs.finished, own.runs.expected),
                          text_cell(own.primary), number_cell(own.policies.baseline.reference_score)});
  }
  return table;
}

/// The verdicts of every part, the part in front.
Table verdicts_by_environment(const Results& results, ActionChoice actions) {
  Table all;
  for (const auto& part : results.environments) {
    if (nothing_finished(part.results)) continue;
    Table own = verdicts(part.results, actions);
    for (auto& row : own.rows) {
      for (auto& cell : row) {
        if (!cell.about.empty()) cell.about = analysis::key_in(cell.about, part.environment, part.profile);
      }
      row.insert(row.begin(), text_cell(part.name));
    }
    if (all.columns.empty()) {
      all = std::move(own);
      all.columns.insert(all.columns.begin(), {.head = "Environment", .kind = ColumnKind::label});
    } else {
      for (auto& row : own.rows) all.rows.push_back(std::move(row));
    }
  }
  return all;
}

void add_sections(Page& page, const Results& results) {
  auto& sections = page.sections;
  add_section(sections, SectionBuilder("environments", "Environments")
                            .text(results.effects.note)
                            .links(links_to_parts(results))
                            .table(parts_table(results))
                            .finish());
  add_section(sections, SectionBuilder("claims", "Claims").table(declared_claims(results)).finish());
  add_section(sections, SectionBuilder("verdicts", "Verdicts by environment")
                            .tables(results, verdicts_by_environment)
                            .finish());
  add_section(
      sections,
      SectionBuilder("configuration", "Scores and gap").tables(results, configuration_matrix).finish());
  add_section(sections, SectionBuilder("study", "How it was made")
                            .table(nothing_finished(results) ? Table() : noise_floor(results))
                            .table(incomplete_runs(results))
                            .table(study_facts(results))
                            .finish());
}

}  // namespace

bool has_parts(const Results& results) { return !results.environments.empty(); }

Page make_overview(const Results& results) {
  Page page{
      .title = results.name,
      .tags = {fmt::format("{} environments or profiles", results.environments.size()), study_size(results)},
      .policies = actions_names(results),
      .summary = summary_sentences(results)};
  if (results.quick) page.tags.emplace_back("quick version");
  page.summary.found_with = "the actions that each reports first";
  add_sections(page, results);
  if (nothing_finished(results)) drop_findings(page, {"environments", "study"});
  number_blocks(page);
  shorten_tables(page);
  cite_sources(page, results);
  return page;
}

std::vector<PartReport> make_part_reports(const Results& results) {
  std::vector<PartReport> reports;
  for (const auto& part : results.environments) {
    reports.push_back({.folder = folder_of(part), .page = make_page(part.results)});
    auto& blocks = reports.back().page.summary.blocks;
    blocks.insert(blocks.begin(), Links{{{.text = "All environments of the study", .folder = "../.."}}});
  }
  return reports;
}

}  // namespace windhover::report
