#include <algorithm>
#include <cmath>
#include <memory>
#include <tuple>
#include <utility>

#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/plan_arguments.hpp"
#include "apps/windhover/progress_display.hpp"
#include "apps/windhover/text.hpp"
#include <fmt/format.h>

#include "windhover/analysis/partition.hpp"
#include "windhover/analysis/power_plan.hpp"

namespace windhover::app {
namespace {

using analysis::PowerPlan;

struct PowerArguments {
  PlanArguments plan;
  analysis::PowerQuestion question;
  std::optional<double> deviation;
  std::optional<double> correlation;
  std::filesystem::path from;
  bool json = false;
};

/// How the scores of a finished study spread in one environment: that of the same name, or its only one.
Result<std::vector<analysis::SeedSpread>> spreads_from(const PowerArguments& arguments,
                                                       const analysis::Part& part) {
  auto record = record::read_study(arguments.from);
  if (!record) return Failure(record.error());
  const auto parts = analysis::parts_of(record->study);
  if (parts.size() > 1) {
    const auto own = std::ranges::find_if(parts, [&](const analysis::Part& other) {
      return other.environment == part.environment && other.profile == part.profile;
    });
    if (own == parts.end()) {
      return usage_error(
          fmt::format("--from {}: that study has several environments, but not {} in the profile {}",
                      arguments.from.string(), part.environment, part.profile));
    }
    *record = analysis::record_of(*record, *own);
  }
  auto spreads = analysis::spreads_of(analysis::ScoreBook(*record));
  if (!spreads) return in_context(arguments.from.string(), spreads.error());
  return spreads;
}

/// How scores spread: from a finished study, or as given, or not known.
Result<std::vector<analysis::SeedSpread>> spreads_for(const PowerArguments& arguments,
                                                      const analysis::Part& part) {
  if (!arguments.from.empty()) return spreads_from(arguments, part);
  if (!arguments.deviation && !arguments.correlation) return std::vector<analysis::SeedSpread>{};
  return std::vector<analysis::SeedSpread>{{.measure = "as given",
                                            .sigma = arguments.deviation.value_or(1),
                                            .correlation = arguments.correlation,
                                            .unit = arguments.deviation ? "reward" : "sigma"}};
}

std::string effect_text(double value) { return std::isfinite(value) ? fmt::format("{:.2f}", value) : "-"; }

/// Smallest effects by number of seeds, the study's own number starred; and how many seeds a wanted effect
/// needs.
std::vector<std::string> heading(const PowerPlan& power, bool with_needed) {
  std::vector<std::string> row = {"contrast"};
  for (const int seeds : power.counts)
    row.push_back(fmt::format("n={}{}", seeds, std::cmp_equal(seeds, power.seeds) ? "*" : ""));
  if (with_needed) row.push_back(fmt::format("seeds for {}", power.effect));
  return row;
}

enum class Cells { independent, paired };

std::vector<std::string> row_of(const analysis::ContrastPower& contrast, Cells cells) {
  const bool paired = cells == Cells::paired;
  const auto& [kind, label] = std::tie(contrast.kind, contrast.label);
  std::vector<std::string> row = {kind == label ? label : fmt::format("{}, {}", kind, label)};
  for (const auto& at : contrast.detectable) row.push_back(effect_text(paired ? at.paired : at.independent));
  if (const auto& needed = contrast.seeds_needed)
    row.push_back(std::to_string(paired ? needed->paired.value_or(0) : needed->independent));
  return row;
}

void print_table(const PowerPlan& power, const analysis::PowerTable& table, Cells cells) {
  std::vector<std::vector<std::string>> rows = {
      heading(power, table.contrasts.front().seeds_needed.has_value())};
  for (const auto& contrast : table.contrasts) rows.push_back(row_of(contrast, cells));
  console::print_lines(table_text(rows));
}

void print_spread(const PowerPlan& power, const analysis::PowerTable& table) {
  const bool paired = std::isfinite(table.correlation);
  console::print("\n{}: sigma {:.3f}{}\n", table.measure, table.sigma,
                 paired ? fmt::format(", correlation between cells {:.3f}", table.correlation) : "");
  console::print("independent cells, in units of {}\n", table.unit);
  print_table(power, table, Cells::independent);
  if (!paired) return;
  console::print("paired over shared seeds, in units of {}\n", table.unit);
  print_table(power, table, Cells::paired);
}

void print_paired(const PowerPlan& power) {
  const auto& paired = power.paired;
  console::print("\npaired over shared seeds, in standard deviations of the contrast\n");
  std::vector<std::string> row = {"any"};
  for (const auto& at : paired.detectable) row.push_back(effect_text(at.paired));
  if (paired.seeds_needed) row.push_back(std::to_string(*paired.seeds_needed));
  console::print_lines(table_text({heading(power, paired.seeds_needed.has_value()), row}));
}

void print_power(const PowerPlan& power) {
  console::print("study {}: {} cells, {} arms, {} seeds\n", power.study, power.cells, power.arms.size(),
                 power.seeds);
  console::print(
      "Smallest effect that a two-sided test at {} finds with power {} (*: the study's own seeds).\n\n",
      power.level, power.power);
  console::print("independent cells, in units of sigma, the standard deviation of a cell's seed means\n");
  print_table(power, power.tables.front(), Cells::independent);
  print_paired(power);
  for (std::size_t i = 1; i < power.tables.size(); ++i) print_spread(power, power.tables[i]);
}

/// One answer for each part.
Result<std::vector<PowerPlan>> answer_parts(const PowerArguments& arguments, const record::Study& whole,
                                            const std::vector<analysis::Part>& parts) {
  const auto display = make_progress_display();
  std::vector<PowerPlan> answers;
  for (const auto& part : parts) {
    display->activity({.what = "power", .done = answers.size(), .all = parts.size()});
    const auto spreads = spreads_for(arguments, part);
    if (!spreads) return Failure(spreads.error());
    const auto study = parts.size() > 1 ? analysis::study_of(whole, part) : whole;
    auto power = analysis::power_plan(study, arguments.question, *spreads);
    if (!power) return Failure(power.error());
    answers.push_back(*std::move(power));
  }
  return answers;
}

Result<int> answer(const PowerArguments& arguments) {
  const auto plan = load_plan(arguments.plan);
  if (!plan) return Failure(plan.error());
  const auto parts = analysis::parts_of(plan->study);
  const auto answers = answer_parts(arguments, plan->study, parts);
  if (!answers) return Failure(answers.error());
  if (!arguments.json) {
    for (const auto& power : *answers) print_power(power);
  } else if (parts.size() == 1) {
    console::print_json(described::to_json(answers->front()));
  } else {
    console::print_json(Json{{"study", plan->study.name}, {"environments", described::to_json(*answers)}});
  }
  return exit_done;
}

/// Of effects and standard deviations: their quotient and its square are then numbers as well.
constexpr double smallest_size = 1e-50;
constexpr double largest_size = 1e50;
/// Half of it less than 1 still differs from 1.
constexpr double smallest_level = 1e-12;

void add_spread_options(const Command& command, PowerArguments& arguments) {
  const Option from =
      command
          .add_option("--from", arguments.from,
                      "take sigma and the correlation between cells from the records of a finished study")
          .type_name("DIR");
  command
      .add_option("--sd", arguments.deviation,
                  "sigma: the standard deviation of a cell's seed means, in rewards")
      .number(smallest_size, largest_size)
      .excludes(from);
  command
      .add_option("--correlation", arguments.correlation, "between the scores of two cells over shared seeds")
      .number(-1, 1)
      .excludes(from);
}

}  // namespace

void add_power(const Command& app, Invocation& invocation) {
  const auto arguments = std::make_shared<PowerArguments>();
  const Command command = app.add_subcommand(
      "power", "before training: what a study's design can detect, and how many seeds an effect needs");
  command.add_option("study", arguments->plan.file, "the study file").type_name("STUDY.toml").required();
  add_overrides(command, arguments->plan.overrides);
  command
      .add_option(
          "--effect", arguments->question.effect,
          "an effect that must not be missed: in rewards with --sd or --from, else in standard deviations")
      .number(smallest_size, largest_size);
  add_spread_options(command, *arguments);
  command.add_option("--power", arguments->question.power, "probability that the effect is found")
      .number_between(0, 1)
      .shows_default();
  command.add_option("--level", arguments->question.level, "of the two-sided test")
      .number_between(smallest_level, 1)
      .shows_default();
  command.add_flag("--json", arguments->json, "print it as JSON");
  command.footer(
      "A study with several environments is answered for each of them.\n"
      "Examples:\n"
      "  windhover power studies/rnn-layernorm.toml\n"
      "  windhover power studies/rnn-layernorm.toml --effect 5 --sd 4 --correlation 0.3\n"
      "  windhover power studies/rnn-layernorm.toml --effect 5 --from out/paper\n"
      "Independent cells share no seeds; over shared seeds, which is what a study does, a contrast is "
      "tested\n"
      "within each seed, and the correlation between cells takes the seeds' own luck out.");
  command.when_given(
      [arguments, &invocation] { invocation.action = [arguments] { return answer(*arguments); }; });
}

}  // namespace windhover::app
