#include "windhover/report/page.hpp"

#include <algorithm>

#include "windhover/analysis/statements.hpp"
#include "windhover/analysis/wording.hpp"
#include "windhover/report/numbering.hpp"
#include "windhover/report/results_view.hpp"
#include "windhover/report/sections.hpp"
#include "windhover/report/sources.hpp"

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

}  // namespace

Summary summary_sentences(const Results& results) {
  const auto& summary = results.summary;
  return {.asked = {.text = summary.asked, .node = &summary.asked},
          .quick = sentence(summary.quick),
          .alerts = sentences(summary.alerts),
          .found_with = actions_label(results.primary),
          .found = sentences(summary.found, results),
          .second_look = sentences(summary.second_look, results),
          .certainty = sentences(summary.certainty),
          .beats = sentences(summary.beats),
          .warnings = sentences(summary.warnings)};
}

std::string study_size(const Results& results) {
  using analysis::count_text;
  return fmt::format("{} × {} × {}", count_text(results.cells.size(), "cell"),
                     count_text(results.arms.size(), "arm"), count_text(results.seeds.size(), "seed"));
}

Page make_page(const Results& results) {
  Page page{.title = results.name,
            .tags = make_tags(results),
            .policies = actions_names(results),
            .summary = summary_sentences(results)};
  page.summary.blocks = blocks_at_a_glance(results);
  page.sections = sections_of(results);
  if (nothing_finished(results)) drop_findings(page, {"study"});
  number_blocks(page);
  shorten_tables(page);
  cite_sources(page, results);
  return page;
}

void drop_findings(Page& page, const std::vector<std::string>& kept) {
  page.summary.blocks.clear();
  std::erase_if(page.sections,
                [&](const Section& section) { return std::ranges::find(kept, section.id) == kept.end(); });
  for (auto& section : page.sections) section.folded = false;
}

namespace {

/// Longer tables are shown by their first rows; all rows stand in a file of their own.
constexpr std::size_t longest_table = 60;
constexpr std::size_t first_rows = 20;

void shorten(Table& table, std::size_t rows) {
  if (table.rows.size() <= longest_table) return;
  table.shown_rows = table.long_list ? 0 : rows;
}

}  // namespace

void shorten_tables(Page& page) {
  for_each_block(page, [](Block& block) {
    if (auto* table = std::get_if<Table>(&block)) shorten(*table, first_rows);
    if (auto* figure = std::get_if<Figure>(&block)) shorten(figure->data, 0);
  });
}

std::vector<Table> tables_of(const Page& page) {
  std::vector<Table> tables;
  for_each_block(page, [&](const Block& block) {
    if (const auto* table = std::get_if<Table>(&block)) tables.push_back(*table);
    if (const auto* figure = std::get_if<Figure>(&block)) tables.push_back(figure->data);
  });
  return tables;
}

}  // namespace windhover::report
