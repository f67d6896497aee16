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

/// `subject` is "a3c", or "a3c - individual" of a gap.
std::vector<std::string> row_of(const std::string& subject, const analysis::ComparedScore& entry) {
  const auto& difference = entry.difference;
  return {entry.cell,
          subject,
          analysis::name_of(entry.actions),
          number_cell(entry.first.mean, "{:.2f}"),
          number_cell(entry.second.mean, "{:.2f}"),
          number_cell(difference.estimate, "{:+.2f}"),
          interval_cell(difference.ci95),
          std::to_string(difference.n_seeds),
          number_cell(difference.p_value, "{:.4f}"),
          number_cell(difference.sign_flip_p, "{:.4f}"),
          number_cell(difference.holm_p.value_or(analysis::not_a_number), "{:.4f}")};
}

void print_study(const char* which, const analysis::ComparedStudy& study) {
  const auto& digest = study.digest;
  console::print("{:<6}  {}: {}{}, {} of {} runs finished, {}\n", which, study.folder, study.name,
                 study.quick ? " (quick)" : "", study.runs_finished, study.runs_expected,
                 digest.digest ? "digest " + *digest.digest : "no digest: " + digest.digest_note);
}

void print_only_in(const char* which, const analysis::OnlyIn& only) {
  const auto print = [&](const char* what, const auto& items) {
    if (!items.empty()) console::print("only in the {}: {} {}\n", which, what, Json(items).dump());
  };
  print("arms", only.arms);
  print("cells", only.cells);
  print("seeds", only.seeds);
}

void print_table(const std::vector<std::vector<std::string>>& rows) {
  if (rows.empty()) return;
  std::vector<std::vector<std::string>> all = {
      {"cell", "arm", "actions", "first", "second", "difference", "95 %", "seeds", "p", "sign flip", "Holm"}};
  all.insert(all.end(), rows.begin(), rows.end());
  console::print_lines("\n" + table_text(all));
}

/// The means of arms, and the gaps between them.
void print_tables(const analysis::Comparison& comparison) {
  std::vector<std::vector<std::string>> means;
  for (const auto& entry : comparison.comparisons) means.push_back(row_of(entry.arm, entry.score));
  print_table(means);
  std::vector<std::vector<std::string>> gaps;
  for (const auto& entry : comparison.gaps)
    gaps.push_back(row_of(fmt::format("{} - {}", entry.arms[0], entry.arms[1]), entry.score));
  print_table(gaps);
}

void print_comparison(const analysis::Comparison& comparison) {
  print_study("first", comparison.studies.first);
  print_study("second", comparison.studies.second);
  for (const auto& warning : comparison.warnings) console::print("warning: {}\n", warning);
  print_tables(comparison);
  console::print("\n");
  console::print("{}\n", comparison.rule);
  print_only_in("first", comparison.only_in_first);
  print_only_in("second", comparison.only_in_second);
  for (const auto& difference : comparison.differences) {
    console::print("{}: {} in the first, {} in the second\n", difference.key, difference.first.dump(),
                   difference.second.dump());
  }
}

Result<analysis::Comparison> compare_folders(const CompareArguments& arguments) {
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
  comparison->studies.first.folder = arguments.first.string();
  comparison->studies.second.folder = arguments.second.string();
  return comparison;
}

Result<int> run(const CompareArguments& arguments) {
  if (!arguments.out.empty())
    WINDHOVER_RETURN_IF_ERROR(require_replaceable(arguments.out, report::comparison_mark));
  const auto comparison = compare_folders(arguments);
  if (!comparison) return Failure(comparison.error());
  if (!arguments.out.empty()) {
    if (const auto stop = stop_on_signals(); !stop)
      return Failure(stop.error());  // the page is not left half
    WINDHOVER_RETURN_IF_ERROR(
        write_output(arguments.out, report::comparison_page(*comparison), report::comparison_mark));
  }
  if (arguments.json) {
    console::print_json(described::to_json(*comparison));
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
