#include "windhover/analysis/study_facts.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "windhover/analysis/wording.hpp"

namespace windhover::analysis {
namespace {

/// What they all are; "varies" if they are not the same, and empty if there are none.
std::string agreed(const std::set<std::string>& texts) {
  if (texts.empty()) return {};
  return texts.size() == 1 ? *texts.begin() : "varies";
}

std::string agreed_by_cells(const record::Study& study, std::string record::Cell::*member) {
  std::set<std::string> texts;
  for (const auto& cell : study.cells) texts.insert(cell.*member);
  return agreed(texts);
}

ActionChoice primary_choice(const record::Run& run) {
  return run.config.evaluation.sampled_first ? ActionChoice::sampled : ActionChoice::greedy;
}

}  // namespace

std::string environment_of(const record::Study& study) {
  return agreed_by_cells(study, &record::Cell::environment);
}

std::string profile_of(const record::Study& study) { return agreed_by_cells(study, &record::Cell::profile); }

std::string preset_of(const record::StudyRecord& record) {
  std::set<std::string> presets;
  for (const auto& run : record.runs) presets.insert(run.config.preset);
  return agreed(presets);
}

StudyDigest digest_of(const record::StudyRecord& record) {
  auto digest = record::study_digest(record);
  StudyDigest entry{.digest_note = std::move(digest.note)};
  if (!digest.value.empty()) entry.digest = std::move(digest.value);
  return entry;
}

ActionChoice primary_choice(const record::StudyRecord& record) {
  return record.runs.empty() ? ActionChoice::greedy : primary_choice(record.runs.front());
}

ActionChoice primary_choice(const record::StudyRecord& record, const std::string& cell) {
  const auto run =
      std::ranges::find_if(record.runs, [&](const record::Run& other) { return other.id.cell == cell; });
  return run == record.runs.end() ? primary_choice(record) : primary_choice(*run);
}

std::array<ActionChoice, 2> choices_in_order(const record::StudyRecord& record) {
  return choices_from(primary_choice(record));
}

std::optional<Condition> condition_of(const record::StudyRecord& record) {
  for (const auto& cell : record.study.cells) {
    if (cell.condition) return cell.condition;
  }
  // A record of an earlier version has the name alone, with its runs.
  for (const auto& run : record.runs) {
    const auto& name = run.config.evaluation.condition_name;
    if (name.empty()) continue;
    Condition condition{.name = name, .label = name};
    std::ranges::replace(condition.label, '_', ' ');
    return condition;
  }
  return std::nullopt;
}

std::string condition_label(const record::StudyRecord& record) {
  const auto condition = condition_of(record);
  return condition ? condition->label : "condition";
}

std::set<double> training_conditions(const record::Run& run) {
  const auto& conditions = run.config.training.velocities;
  return {conditions.begin(), conditions.end()};
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
    } else if (run->second->failed()) {
      entry.diagnosis = run->second->diagnosis;
      counts.failed.push_back(std::move(entry));
    } else {
      ++counts.finished;
    }
  }
  return counts;
}

std::vector<RunsBy> runs_by_provenance(const record::StudyRecord& record) {
  std::vector<RunsBy> made_by;
  for (const auto& run : record.runs) {
    for (const auto& provenance : run.summary.provenance) {
      auto entry = std::ranges::find(made_by, provenance, &RunsBy::provenance);
      if (entry == made_by.end()) entry = made_by.insert(made_by.end(), {.provenance = provenance});
      ++entry->runs;
    }
  }
  return made_by;
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
    const auto place = run_text(run.id.cell, run.id.arm, run.id.seed);
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
  if (!record.audit) return notes;
  for (const auto& [text, warned] : record.audit->warnings) {
    std::vector<std::string> cells;
    for (const auto& cell : record.study.cells) {
      if (std::ranges::find(warned, cell.id) != warned.end()) cells.push_back(cell.id);
    }
    if (cells.empty()) continue;
    notes.push_back(cells.size() == record.study.cells.size()
                        ? text
                        : fmt::format("{}: {}", capped_list_text(cells), text));
  }
  return notes;
}

}  // namespace windhover::analysis
