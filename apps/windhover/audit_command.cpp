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

std::string output_text(const Json& output) {
  std::string text;
  for (const Json& value : output)
    text += fmt::format("{}{:.4f}", text.empty() ? "" : " ", value.get<double>());
  return text;
}

void print_cells(const Json& audit) {
  std::vector<std::vector<std::string>> rows = {
      {"cell", "parameters", "tensors", "output on a fixed input", "configuration", "probe"}};
  for (const Json& cell : audit["cells"]) {
    rows.push_back({cell["id"].get<std::string>(), cell["parameters"].dump(),
                    std::to_string(cell["layers"].size()), output_text(cell["output"]),
                    cell["configuration"].get<std::string>().substr(0, short_hash),
                    cell.value("probe", "not needed").substr(0, short_hash)});
  }
  console::print_lines(table_text(rows) + "\n");
}

void print_pairs(const Json& audit) {
  std::vector<std::vector<std::string>> rows = {{"pair", "differs in", "shown by", "verdict"}};
  for (const Json& pair : audit["cell_pairs"]) {
    std::vector<std::string> checks;
    for (const auto& [check, differs] : pair["checks"].items()) checks.push_back(check);
    rows.push_back(
        {fmt::format("{} / {}", pair["cells"][0].get<std::string>(), pair["cells"][1].get<std::string>()),
         fmt::format("{}", fmt::join(pair["factors"].get<std::vector<std::string>>(), ", ")),
         fmt::format("{}", fmt::join(checks, ", ")), pair["different"].get<bool>() ? "different" : "EQUAL"});
  }
  for (const Json& pair : audit["seed_pairs"]) {
    rows.push_back({fmt::format("seed {} / seed {}", pair["seeds"][0].dump(), pair["seeds"][1].dump()),
                    "seed", "initial parameters, first draws",
                    pair["different"].get<bool>() ? "different" : "EQUAL"});
  }
  console::print_lines(table_text(rows) + "\n");
}

void print_warnings(const study::Plan& plan) {
  for (const auto& warning : study::warning_texts(plan)) console::print("warning: {}\n", warning);
}

Result<Json> audit_plan(const study::Plan& plan) {
  const auto display = make_progress_display();
  return study::audit(plan, study::watch_by(*display));
}

Result<int> run(const AuditArguments& arguments) {
  const auto plan = load_plan(arguments.plan);
  if (!plan) return Failure(plan.error());
  const auto audit = audit_plan(*plan);
  if (!audit) return Failure(audit.error());
  const bool passed = (*audit)["passed"].get<bool>();
  if (arguments.json) {
    console::print_json(*audit);
    return passed ? exit_done : exit_failed;
  }
  print_cells(*audit);
  print_pairs(*audit);
  print_warnings(*plan);
  for (const Json& reason : (*audit)["reasons"]) console::print("refused: {}\n", reason.get<std::string>());
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
