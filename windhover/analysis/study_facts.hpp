#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "windhover/analysis/results/study.hpp"
#include "windhover/core/condition.hpp"
#include "windhover/core/rows.hpp"
#include "windhover/record/record.hpp"

/// What the record says about the study as a whole, wherever it says it.
namespace windhover::analysis {

/// The environment, the profile and the preset of the study: what all its cells have; "varies" if they do
/// not agree, and empty if nobody says (of the preset, runs do).
[[nodiscard]] std::string environment_of(const record::Study& study);
[[nodiscard]] std::string profile_of(const record::Study& study);
[[nodiscard]] std::string preset_of(const record::StudyRecord& record);

/// The digest of the runs that are there; if it does not stand for every run of the study, why.
[[nodiscard]] StudyDigest digest_of(const record::StudyRecord& record);

/// The choice of actions that the study reports first.
[[nodiscard]] ActionChoice primary_choice(const record::StudyRecord& record);

/// The choice of actions that this cell's runs report first; the study's if it has none.
[[nodiscard]] ActionChoice primary_choice(const record::StudyRecord& record, const std::string& cell);

/// The primary one, then the other.
[[nodiscard]] std::array<ActionChoice, 2> choices_in_order(const record::StudyRecord& record);

/// What the environment varies, if it does; and what it is called in words, "condition" if it has no name.
[[nodiscard]] std::optional<Condition> condition_of(const record::StudyRecord& record);
[[nodiscard]] std::string condition_label(const record::StudyRecord& record);

/// Conditions that any worker of the run trained under.
[[nodiscard]] std::set<double> training_conditions(const record::Run& run);

[[nodiscard]] std::vector<std::string> action_names(const record::StudyRecord& record);

[[nodiscard]] RunCounts run_counts(const record::StudyRecord& record);
/// Every program and machine that made runs of it, in the order of the runs.
[[nodiscard]] std::vector<RunsBy> runs_by_provenance(const record::StudyRecord& record);

/// Of these counts: the sentence that nothing has finished yet, in place of all that could be found; empty if
/// something has.
[[nodiscard]] std::string nothing_finished_text(const RunCounts& runs);

/// A sentence for each run whose rows hold numbers that are not finite.
[[nodiscard]] std::vector<std::string> non_finite_notes(const record::StudyRecord& record);

/// A sentence for each of the audit's warnings about conditions, with the cells in front where they are not
/// all of the study's.
[[nodiscard]] std::vector<std::string> condition_notes(const record::StudyRecord& record);

}  // namespace windhover::analysis
