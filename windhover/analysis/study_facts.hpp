#pragma once

#include <set>
#include <string>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/core/rows.hpp"
#include "windhover/record/record.hpp"

/// What the record says about the study as a whole, wherever it says it.
namespace windhover::analysis {

/// A setting of the study, such as "profile": the study's, or else the one its runs agree on; "varies" if
/// they do not, and empty if nobody says.
[[nodiscard]] std::string study_text(const record::StudyRecord& record, const std::string& key);

/// A member of the manifest, null if it has none.
[[nodiscard]] Json manifest_entry(const record::StudyRecord& record, const std::string& key);

/// The study's digest: the manifest's, null there if the study did not end; of the runs if there is no
/// manifest.
[[nodiscard]] Json study_digest_json(const record::StudyRecord& record);

/// The choice of actions that the study reports first.
[[nodiscard]] ActionChoice primary_choice(const record::StudyRecord& record);

/// The choice of actions that this cell's runs report first; the study's if it has none.
[[nodiscard]] ActionChoice primary_choice(const record::StudyRecord& record, const std::string& cell);

/// The primary one, then the other.
[[nodiscard]] std::vector<ActionChoice> choices_in_order(const record::StudyRecord& record);

/// Conditions that any worker of the run trained under.
[[nodiscard]] std::set<double> training_conditions(const record::Run& run);

[[nodiscard]] std::vector<std::string> action_names(const record::StudyRecord& record);

/// {expected, finished, failed: [{cell, arm, seed, diagnosis}], missing: [{cell, arm, seed}]}
[[nodiscard]] Json run_counts(const record::StudyRecord& record);

/// A sentence for each run whose rows hold numbers that are not finite.
[[nodiscard]] std::vector<std::string> non_finite_notes(const record::StudyRecord& record);

}  // namespace windhover::analysis
