#include <memory>

#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/plan_arguments.hpp"
#include "apps/windhover/progress_display.hpp"
#include "apps/windhover/text.hpp"
#include <fmt/ranges.h>

#include "windhover/study/audit.hpp"
#include "windhover/study/condition_warnings.hpp"

namespace windhover::app {
namespace {

struct AuditArguments {
  PlanArguments plan;
  bool json = false;
};

constexpr std::size_t short_hash = 12;

std::string output_text(const std::vector<double>& output) {
  std::string text;
  for (const double value : output) text += fmt::format("{}{:.4f}", text.empty() ? "" : " ", value);
  return text;
}

void print_cells(const record::Audit& audit) {
  std::vector<std::vector<std::string>> rows = {
      {"cell", "parameters", "tensors", "output on a fixed input", "configuration", "probe"}};
  for (const auto& cell : audit.cells) {
    rows.push_back({cell.id, std::to_string(cell.parameters), std::to_string(cell.layers.size()),
                    output_text(cell.output), cell.configuration.substr(0, short_hash),
                    cell.probe.value_or("not needed").substr(0, short_hash)});
  }
  console::print_lines(table_text(rows) + "\n");
}

std::string verdict_text(bool different) { return different ? "different" : "EQUAL"; }

void print_pairs(const record::Audit& audit) {
  std::vector<std::vector<std::string>> rows = {{"pair", "differs in", "shown by", "verdict"}};
  for (const auto& pair : audit.cell_pairs) {
    std::vector<std::string> checks;
    for (const auto& check : pair.checks) checks.push_back(check.first);
    rows.push_back({fmt::format("{}", fmt::join(pair.cells, " / ")),
                    fmt::format("{}", fmt::join(pair.factors, ", ")),
                    fmt::format("{}", fmt::join(checks, ", ")), verdict_text(pair.different)});
  }
  for (const auto& pair : audit.seed_pairs) {
    rows.push_back({fmt::format("seed {}", fmt::join(pair.seeds, " / seed ")), "seed",
                    "initial parameters, first draws", verdict_text(pair.different)});
  }
  console::print_lines(table_text(rows) + "\n");
}

void print_warnings(const study::Plan& plan) {
  for (const auto& warning : study::warning_texts(plan)) console::print("warning: {}\n", warning);
}

Result<record::Audit> audit_plan(const study::Plan& plan) {
  const auto display = make_progress_display();
  return study::audit(plan, study::watch_by(*display));
}

Result<int> run(const AuditArguments& arguments) {
  const auto plan = load_plan(arguments.plan);
  if (!plan) return Failure(plan.error());
  const auto audit = audit_plan(*plan);
  if (!audit) return Failure(audit.error());
  const bool passed = audit->passed;
  if (arguments.json) {
    console::print_json(described::to_json(*audit));
    return passed ? exit_done : exit_failed;
  }
  print_cells(*audit);
  print_pairs(*audit);
  print_warnings(*plan);
  for (const auto& reason : audit->reasons) console::print("refused: {}\n", reason);
  if (passed) console::print("passed: no two cells and no two seeds are the same\n");
  return passed ? exit_done : exit_failed;
}

}  // namespace

void add_audit(const Command& app, Invocation& invocation) {
  const auto arguments = std::make_shared<AuditArguments>();
  const Command command = app.add_subcommand(
      "audit", "show that no two cells and no two seeds of a study are the same, without running it");
  add_plan_arguments(command, arguments->plan);
  command.add_flag("--json", arguments->json, "print what is stored as audit.json");
  command.footer(
      "Examples:\n"
      "  windhover audit studies/rnn-layernorm.toml\n"
      "  windhover audit studies/rnn-layernorm.toml --set factors.lr=[1e-4,2e-4] --json\n"
      "Exit code 1 if two are the same.");
  command.when_given(
      [arguments, &invocation] { invocation.action = [arguments] { return run(*arguments); }; });
}

}  // namespace windhover::app
