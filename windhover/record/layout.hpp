#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/record/record.hpp"

/// What lies where in an output folder: the one list of the names that are ours.
namespace windhover::record {

/// The study's own files.
inline constexpr std::array record_names = {"study.toml", "cells.json",     "manifest.json",
                                            "audit.json", "baselines.json", "history.json"};
/// What the report adds; pages and tables also in environments/NAME.
inline constexpr std::array page_names = {"report.html", "report.md"};
inline constexpr const char* results_name = "results.json";
/// Every score in long form, in tables/.
inline constexpr const char* scores_name = "scores.csv";
/// A run's files beside its models.
inline constexpr std::array run_names = {"config.json", "training.csv", "evaluation.csv", "done.json"};
/// What a training of a larger budget can go on from.
inline constexpr const char* budget_state_name = "budget.state";

inline constexpr const char* runs_folder = "runs";
inline constexpr const char* states_folder = ".partial";
/// Runs that the study no longer asks for.
inline constexpr const char* earlier_folder = "earlier";
inline constexpr const char* tables_folder = "tables";
inline constexpr const char* environments_folder = "environments";
inline constexpr const char* lock_name = ".lock";
/// All folders of an output folder.
inline constexpr std::array folder_names = {runs_folder, states_folder, earlier_folder, tables_folder,
                                            environments_folder};
/// What SHA256SUMS of the output folder does not list, or look into.
inline const std::vector<std::string> unlisted_names = {runs_folder, states_folder, earlier_folder,
                                                        lock_name};

/// Whether a run's folder can have a file of this name.
[[nodiscard]] bool is_run_file(std::string_view name);

/// Whether a file of this name in tables/ can be of a report.
[[nodiscard]] bool is_table_file(std::string_view name);

/// Whether a name in the output folder, with slashes, can be a page or a table of a report.
[[nodiscard]] bool is_report_file(std::string_view name);

/// Whether it is one of the study's or its report's: a file that SHA256SUMS of the folder lists.
[[nodiscard]] bool is_study_file(std::string_view name);

/// The run that "CELL/ARM/seed-N" names; nothing if it names none.
[[nodiscard]] std::optional<RunId> run_of_folder(const std::filesystem::path& folder);

/// Whether the content of one of `record_names`, or of results.json, has the form that we give it. Of
/// study.toml this can not be told by itself. By a few keys, whatever the version: whose a file is must not
/// depend on what this version can read.
[[nodiscard]] bool has_our_form(std::string_view name, std::string_view content);

}  // namespace windhover::record
