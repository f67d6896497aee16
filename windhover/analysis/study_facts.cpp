#include "windhover/analysis/study_facts.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "windhover/analysis/wording.hpp"

namespace windhover::analysis {
namespace {

/// The member of an object, or null.
const Json& member(const Json& json, const std::string& key) {
  static const Json none;
  if (!json.is_object()) return none;
  const auto found = json.find(key);
  return found == json.end() ? none : *found;
}

/// A text `key` of an object; empty if there is none.
std::string text_in(const Json& json, const std::string& key) {
  const Json& text = member(json, key);
  return text.is_string() ? text.get<std::string>() : std::string();
}

std::optional<ActionChoice> primary_choice(const record::Run& run) {
  const Json& flag = member(member(run.config, "evaluation"), "sampled_first");
  if (!flag.is_boolean()) return std::nullopt;
  return flag.get<bool>() ? ActionChoice::sampled : ActionChoice::greedy;
}

}  // namespace

std::string study_text(const record::StudyRecord& record, const std::string& key) {
  const Json& own = member(record.study.config, key);
  if (own.is_string()) return own.get<std::string>();
  std::set<std::string> texts;
  for (const auto& run : record.runs) texts.insert(text_in(run.config, key));
  if (texts.empty()) return {};
  return texts.size() == 1 ? *texts.begin() : "varies";
}

Json manifest_entry(const record::StudyRecord& record, const std::string& key) {
  return member(record.manifest, key);
}

StudyDigest digest_of(const record::StudyRecord& record) {
  auto digest = record::study_digest(record);
  StudyDigest entry{.digest_note = std::move(digest.note)};
  if (!digest.value.empty()) entry.digest = std::move(digest.value);
  return entry;
}

ActionChoice primary_choice(const record::StudyRecord& record) {
  for (const auto& run : record.runs) {
    if (const auto choice = primary_choice(run)) return *choice;
  }
  return ActionChoice::greedy;
}

ActionChoice primary_choice(const record::StudyRecord& record, const std::string& cell) {
  for (const auto& run : record.runs) {
    if (run.id.cell != cell) continue;
    if (const auto choice = primary_choice(run)) return *choice;
  }
  return primary_choice(record);
}

std::vector<ActionChoice> choices_in_order(const record::StudyRecord& record) {
  if (primary_choice(record) == ActionChoice::sampled) return {ActionChoice::sampled, ActionChoice::greedy};
  return {ActionChoice::greedy, ActionChoice::sampled};
}

std::string condition_name(const record::StudyRecord& record) {
  if (record.runs.empty()) return {};
  for (const auto& run : record.runs) {
    const Json& name = member(member(run.config, "evaluation"), "condition_name");
    if (name.is_string()) return name.get<std::string>();
  }
  return "velocity_kmh";
}

std::set<double> training_conditions(const record::Run& run) {
  std::set<double> conditions;
  const Json& list = member(member(run.config, "training"), "velocities");
  for (const auto& item : list) {
    if (item.is_number()) conditions.insert(item.get<double>());
  }
  return conditions;
}

std::vector<std::string> action_names(const record::StudyRecord& record) {
  for (const auto& run : record.runs) {
    if (!run.action_names.empty()) return run.action_names;
  }
  return {};
}

RunCounts run_counts(const record::StudyRecord& record) {
  const auto expected = record::run_ids(record.study);
  RunCounts counts{.expected = expected.size()};
  std::map<record::RunId, const record::RunSummary*> summaries;
  for (const auto& run : record.runs) summaries.emplace(run.id, &run.summary);
  for (const auto& id : expected) {
    const auto run = summaries.find(id);
    IncompleteRun entry{.cell = id.cell, .arm = id.arm, .seed = id.seed};
    if (run == summaries.end()) {
      counts.missing.push_back(std::move(entry));
    } else if (run->second->failed) {
      entry.diagnosis = run->second->diagnosis;
      counts.failed.push_back(std::move(entry));
    } else {
      ++counts.finished;
    }
  }
  return counts;
}

std::string nothing_finished_text(const RunCounts& runs) {
  if (runs.finished != 0) return {};
  const auto expected = count_text(runs.expected, "run");
  if (runs.missing.empty()) return fmt::format("Nothing has finished: {}, and all failed.", expected);
  return fmt::format(
      "Nothing has finished yet: {}, of which {} failed and {} are missing, so that nothing can be "
      "said of any cell or arm.",
      expected, runs.failed.size(), runs.missing.size());
}

std::vector<std::string> non_finite_notes(const record::StudyRecord& record) {
  std::vector<std::string> notes;
  for (const auto& run : record.runs) {
    const auto losses = std::ranges::count_if(run.training, [](const TrainingRow& row) {
      return !std::isfinite(row.episode_return) || !std::isfinite(row.total_loss) ||
             !std::isfinite(row.entropy);
    });
    const auto scores = std::ranges::count_if(
        run.evaluation, [](const EvaluationRow& row) { return !std::isfinite(row.episode_return); });
    const auto place = fmt::format("{} / {} / seed {}", run.id.cell, run.id.arm, run.id.seed);
    if (scores > 0) {
      notes.push_back(fmt::format(
          "{}: {} with a return that is no finite number; every statistic that needs them is left out.",
          place, count_text(static_cast<std::size_t>(scores), "evaluation episode")));
    }
    if (losses > 0) {
      notes.push_back(fmt::format("{}: {} with a return, loss or entropy that is no finite number.", place,
                                  count_text(static_cast<std::size_t>(losses), "training episode")));
    }
  }
  return notes;
}

std::vector<std::string> condition_notes(const record::StudyRecord& record) {
  std::vector<std::string> notes;
  for (const Json& warning : member(record.audit, "warnings")) {
    const Json& warned = member(warning, "cells");
    std::vector<std::string> cells;
    for (const auto& cell : record.study.cells) {
      if (std::ranges::find(warned, Json(cell.id)) != warned.end()) cells.push_back(cell.id);
    }
    const auto text = text_in(warning, "text");
    if (text.empty() || cells.empty()) continue;
    notes.push_back(cells.size() == record.study.cells.size()
                        ? text
                        : fmt::format("{}: {}", capped_list_text(cells), text));
  }
  return notes;
}

}  // namespace windhover::analysis
