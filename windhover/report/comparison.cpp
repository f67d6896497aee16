#include "windhover/report/comparison.hpp"

#include <algorithm>
#include <tuple>

#include "windhover/analysis/wording.hpp"
#include "windhover/report/formats.hpp"
#include "windhover/report/numbering.hpp"
#include "windhover/report/page.hpp"
#include "windhover/report/results_view.hpp"

namespace windhover::report {
namespace {

using analysis::Comparison;

std::string text_of(const Json& value) {
  if (value.is_null()) return "—";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string digest_text(const analysis::StudyDigest& digest) {
  return digest.digest ? *digest.digest : "none: " + digest.digest_note;
}

template <class Item>
std::string listed(const std::vector<Item>& list) {
  std::vector<std::string> items;
  for (const auto& item : list) items.push_back(fmt::format("{}", item));
  return items.empty() ? "none" : analysis::list_text(items);
}

Table studies_table(const Comparison& comparison) {
  Table table{.id = "studies",
              .title = "The two studies.",
              .columns = {{.head = "", .kind = ColumnKind::label},
                          {.head = "First", .kind = ColumnKind::text},
                          {.head = "Second", .kind = ColumnKind::text}}};
  const auto& [first, second] = comparison.studies;
  const auto add = [&](const std::string& what, const std::string& here, const std::string& there) {
    table.rows.push_back({what, here, there});
  };
  if (!first.folder.empty() && !second.folder.empty()) add("folder", first.folder, second.folder);
  add("name", first.name, second.name);
  add("environment", first.environment, second.environment);
  add("profile", first.profile, second.profile);
  add("preset", first.preset, second.preset);
  add("quick", text_of(first.quick), text_of(second.quick));
  add("runs_finished", text_of(first.runs_finished), text_of(second.runs_finished));
  add("runs_expected", text_of(first.runs_expected), text_of(second.runs_expected));
  add("build", first.build.value_or("—"), second.build.value_or("—"));
  add("digest", digest_text(first.digest), digest_text(second.digest));
  const auto& [here, there] = std::tie(comparison.only_in_first, comparison.only_in_second);
  add("cells only here", listed(here.cells), listed(there.cells));
  add("arms only here", listed(here.arms), listed(there.arms));
  add("seeds only here", listed(here.seeds), listed(there.seeds));
  return table;
}

Table settings_table(const Comparison& comparison) {
  Table table{.id = "settings",
              .title = "Settings that differ.",
              .caption = "Of the effective configurations; a dash where a study has no such key.",
              .columns = {{.head = "Key", .kind = ColumnKind::label},
                          {.head = "First", .kind = ColumnKind::text},
                          {.head = "Second", .kind = ColumnKind::text}}};
  for (const auto& difference : comparison.differences) {
    table.rows.push_back({difference.key, text_of(difference.first), text_of(difference.second)});
  }
  return table;
}

/// "A3C", or "A3C less Individual" of a gap.
std::string subject_of(const analysis::ArmComparison& entry) { return analysis::arm_label(entry.arm); }
std::string subject_of(const analysis::GapComparison& entry) {
  return fmt::format("{} less {}", analysis::arm_label(entry.arms[0]), analysis::arm_label(entry.arms[1]));
}

/// Of the means of arms, or of the gaps.
template <class Entry>
Table entries_table(const std::vector<Entry>& entries, const std::string& id, const std::string& title,
                    ActionChoice actions) {
  Table table{.id = id + "-" + name_of(actions),
              .title = title + ".",
              .columns = {{.head = "Cell", .kind = ColumnKind::label},
                          {.head = "Arm", .kind = ColumnKind::label},
                          {.head = "Mean", .group = "First"},
                          {.head = "95 %", .kind = ColumnKind::range, .group = "First"},
                          {.head = "Mean", .group = "Second"},
                          {.head = "95 %", .kind = ColumnKind::range, .group = "Second"},
                          {.head = "Mean", .sign = true, .group = "Difference"},
                          {.head = "95 %", .kind = ColumnKind::range, .group = "Difference"},
                          {.head = "Seeds", .decimals = 0, .group = "Difference"},
                          {.head = "Paired t", .kind = ColumnKind::p_value, .group = "p"},
                          {.head = "Sign flip", .kind = ColumnKind::p_value, .group = "p"},
                          {.head = "Holm", .kind = ColumnKind::p_value, .group = "p"}},
              .actions = name_of(actions)};
  for (const auto& entry : entries) {
    const auto& score = entry.score;
    if (score.actions != actions) continue;
    const auto& difference = score.difference;
    table.rows.push_back(
        {score.cell, subject_of(entry), number_cell(score.first.mean), range_cell(score.first.ci95),
         number_cell(score.second.mean), range_cell(score.second.ci95), number_cell(difference.estimate),
         range_cell(difference.ci95), number_cell(difference.n_seeds), number_cell(difference.p_value),
         number_cell(difference.sign_flip_p), number_cell(difference.holm_p)});
  }
  return table;
}

/// A sentence for each difference whose adjusted p is below .05.
std::vector<Sentence> found(const Comparison& comparison) {
  std::vector<Sentence> sentences;
  const auto add = [&](const auto& entry) {
    const auto& difference = entry.score.difference;
    if (difference.verdict != analysis::EffectVerdict::confirmed) return;
    sentences.push_back(
        {.text = fmt::format("{} in {}, {}: {} from the first study to the second, 95 % interval {}.",
                             subject_of(entry), entry.score.cell, actions_label(entry.score.actions),
                             analysis::signed_text(difference.estimate),
                             analysis::interval_text(difference.ci95))});
  };
  std::ranges::for_each(comparison.comparisons, add);
  std::ranges::for_each(comparison.gaps, add);
  if (sentences.empty())
    sentences.push_back({.text = "No difference survives the adjustment for their number."});
  return sentences;
}

std::vector<Sentence> warnings(const Comparison& comparison) {
  std::vector<Sentence> sentences;
  for (const auto& warning : comparison.warnings) sentences.push_back({.text = warning});
  return sentences;
}

Page make_comparison(const Comparison& comparison) {
  const auto& [first, second] = comparison.studies;
  Page page{.title = fmt::format("{} against {}", second.name, first.name),
            .mark = comparison_mark,
            .tags = {fmt::format("{} in common", analysis::count_text(comparison.seeds.size(), "seed"))},
            .summary = {.asked = {.text = "What differs between two studies, seed by seed?"},
                        .found_with = "both choices of actions",
                        .found = found(comparison),
                        .certainty = {{.text = comparison.rule}},
                        .warnings = warnings(comparison)}};
  const auto add_scores = [&](const auto& entries, const std::string& id, const std::string& title) {
    page.sections.push_back({.id = id,
                             .title = title,
                             .blocks = {entries_table(entries, id, title, ActionChoice::greedy),
                                        entries_table(entries, id, title, ActionChoice::sampled)}});
  };
  add_scores(comparison.comparisons, "scores", "Scores");
  if (!comparison.gaps.empty()) add_scores(comparison.gaps, "gaps", "Gaps");
  Section configuration{
      .id = "configuration", .title = "Configuration", .blocks = {studies_table(comparison)}};
  if (comparison.differences.empty()) {
    configuration.blocks.emplace_back("The effective configurations are the same.");
  } else {
    configuration.blocks.emplace_back(settings_table(comparison));
  }
  page.sections.push_back(std::move(configuration));
  number_blocks(page);
  return page;
}

}  // namespace

std::string comparison_page(const Comparison& comparison) { return html_page(make_comparison(comparison)); }

}  // namespace windhover::report
