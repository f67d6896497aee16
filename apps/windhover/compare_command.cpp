#include <memory>

#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/output_file.hpp"
#include "apps/windhover/progress_display.hpp"
#include "apps/windhover/signals.hpp"
#include "apps/windhover/text.hpp"
#include <fmt/format.h>

#include "windhover/analysis/compare.hpp"
#include "windhover/report/comparison.hpp"
#include "windhover/study/checked_record.hpp"

namespace windhover::app {
namespace {

struct CompareArguments {
  std::filesystem::path first;
  std::filesystem::path second;
  std::filesystem::path out;
  bool json = false;
};

/// "a3c", or "a3c - individual" of a gap.
std::string subject_of(const Json& entry) {
  if (entry.contains("arm")) return entry["arm"].get<std::string>();
  return fmt::format("{} - {}", entry["arms"][0].get<std::string>(), entry["arms"][1].get<std::string>());
}

std::vector<std::string> row_of(const Json& entry) {
  const Json& difference = entry["difference"];
  return {entry["cell"].get<std::string>(),
          subject_of(entry),
          entry["policy"].get<std::string>(),
          number_cell(entry["first"]["mean"], "{:.2f}"),
          number_cell(entry["second"]["mean"], "{:.2f}"),
          number_cell(difference["estimate"], "{:+.2f}"),
          interval_cell(difference["ci95"]),
          difference["n_seeds"].dump(),
          number_cell(difference["p_value"], "{:.4f}"),
          number_cell(difference["sign_flip_p"], "{:.4f}"),
          number_cell(difference["holm_p"], "{:.4f}")};
}

void print_only_in(const char* which, const Json& only) {
  for (const auto& [what, items] : only.items()) {
    if (!items.empty()) console::print("only in the {}: {} {}\n", which, what, items.dump());
  }
}

/// The means of arms, and the gaps between them.
void print_tables(const Json& comparison) {
  for (const char* list : {"comparisons", "gaps"}) {
    if (comparison[list].empty()) continue;
    std::vector<std::vector<std::string>> rows = {{"cell", "arm", "actions", "first", "second", "difference",
                                                   "95 %", "seeds", "p", "sign flip", "Holm"}};
    for (const auto& entry : comparison[list]) rows.push_back(row_of(entry));
    console::print_lines("\n" + table_text(rows));
  }
}

void print_comparison(const Json& comparison) {
  for (const char* which : {"first", "second"}) {
    const Json& study = comparison["studies"][which];
    const Json& digest = study["digest"];
    console::print("{:<6}  {}: {}{}, {} of {} runs finished, {}\n", which, study["folder"].get<std::string>(),
                   study["name"].get<std::string>(), study["quick"] == true ? " (quick)" : "",
                   study["runs_finished"].dump(), study["runs_expected"].dump(),
                   digest.is_string() ? "digest " + digest.get<std::string>()
                                      : "no digest: " + study["digest_note"].get<std::string>());
  }
  for (const auto& warning : comparison["warnings"])
    console::print("warning: {}\n", warning.get<std::string>());
  print_tables(comparison);
  console::print("\n");
  console::print("{}\n", comparison["rule"].get<std::string>());
  print_only_in("first", comparison["only_in_first"]);
  print_only_in("second", comparison["only_in_second"]);
  for (const auto& difference : comparison["differences"]) {
    console::print("{}: {} in the first, {} in the second\n", difference["key"].get<std::string>(),
                   difference["first"].dump(), difference["second"].dump());
  }
}

Result<Json> compare_folders(const CompareArguments& arguments) {
  const auto display = make_progress_display();
  display->activity({.what = "comparison"});
  const auto first = study::read_checked_study(arguments.first);
  if (!first) return Failure(first.error());
  const auto second = study::read_checked_study(arguments.second);
  if (!second) return Failure(second.error());
  auto comparison = analysis::compare(*first, *second);
  if (!comparison) {
    return in_context(fmt::format("{} and {}", arguments.first.string(), arguments.second.string()),
                      comparison.error());
  }
  (*comparison)["studies"]["first"]["folder"] = arguments.first.string();
  (*comparison)["studies"]["second"]["folder"] = arguments.second.string();
  return comparison;
}

Result<int> run(const CompareArguments& arguments) {
  const auto comparison = compare_folders(arguments);
  if (!comparison) return Failure(comparison.error());
  if (!arguments.out.empty()) {
    const auto page = report::comparison_page(*comparison);
    if (!page) return Failure(page.error());
    if (const auto stop = stop_on_signals(); !stop)
      return Failure(stop.error());  // the page is not left half
    WINDHOVER_RETURN_IF_ERROR(write_output(arguments.out, *page, report::comparison_mark));
  }
  if (arguments.json) {
    console::print_json(*comparison);
  } else {
    print_comparison(*comparison);
  }
  return exit_done;
}

}  // namespace

void add_compare(const Command& app, Invocation& invocation) {
  const auto arguments = std::make_shared<CompareArguments>();
  const Command command = app.add_subcommand(
      "compare", "set two studies side by side, paired over the seeds that both have finished");
  command.add_option("first", arguments->first, "the output folder of a study").type_name("DIR").required();
  command.add_option("second", arguments->second, "that of another; differences are second less first")
      .type_name("DIR")
      .required();
  command.add_option("--out", arguments->out, "also write a page; only a page of this command is replaced")
      .type_name("FILE.html");
  command.add_flag("--json", arguments->json, "print the comparison as JSON");
  command.footer(
      "Examples:\n"
      "  windhover compare out/paper out/longer\n"
      "  windhover compare out/paper out/longer --json --out out/comparison.html");
  command.when_given(
      [arguments, &invocation] { invocation.action = [arguments] { return run(*arguments); }; });
}

}  // namespace windhover::app
