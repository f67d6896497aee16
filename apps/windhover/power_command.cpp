#include <algorithm>
#include <memory>

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

std::string effect_text(const Json& value) {
  return value.is_number() ? fmt::format("{:.2f}", value.get<double>()) : "-";
}

/// Smallest effects by number of seeds, the study's own number starred; and how many seeds a wanted effect
/// needs.
std::vector<std::string> heading(const Json& power, bool with_needed) {
  std::vector<std::string> row = {"contrast"};
  for (const Json& seeds : power["counts"])
    row.push_back(fmt::format("n={}{}", seeds.dump(), seeds == power["seeds"] ? "*" : ""));
  if (with_needed) row.push_back(fmt::format("seeds for {}", power["effect"].get<double>()));
  return row;
}

std::vector<std::string> row_of(const std::string& label, const Json& entry, const char* cells) {
  std::vector<std::string> row = {label};
  for (const Json& at : entry["detectable"]) row.push_back(effect_text(at[cells]));
  const Json& needed = entry["seeds_needed"];
  if (!needed.is_null()) row.push_back((needed.is_object() ? needed[cells] : needed).dump());
  return row;
}

void print_table(const Json& power, const Json& table, const char* cells) {
  const auto& contrasts = table["contrasts"];
  std::vector<std::vector<std::string>> rows = {heading(power, !contrasts[0]["seeds_needed"].is_null())};
  for (const Json& contrast : contrasts) {
    const auto kind = contrast["kind"].get<std::string>();
    const auto label = contrast["label"].get<std::string>();
    rows.push_back(row_of(kind == label ? label : fmt::format("{}, {}", kind, label), contrast, cells));
  }
  console::print_lines(table_text(rows));
}

void print_spread(const Json& power, const Json& table) {
  const auto unit = table["unit"].get<std::string>();
  const bool paired = table["correlation"].is_number();
  console::print(
      "\n{}: sigma {:.3f}{}\n", table["measure"].get<std::string>(), table["sigma"].get<double>(),
      paired ? fmt::format(", correlation between cells {:.3f}", table["correlation"].get<double>()) : "");
  console::print("independent cells, in units of {}\n", unit);
  print_table(power, table, "independent");
  if (!paired) return;
  console::print("paired over shared seeds, in units of {}\n", unit);
  print_table(power, table, "paired");
}

void print_power(const Json& power) {
  console::print("study {}: {} cells, {} arms, {} seeds\n", power["study"].get<std::string>(),
                 power["cells"].dump(), power["arms"].size(), power["seeds"].dump());
  console::print(
      "Smallest effect that a two-sided test at {} finds with power {} (*: the study's own seeds).\n\n",
      power["level"].get<double>(), power["power"].get<double>());
  console::print("independent cells, in units of sigma, the standard deviation of a cell's seed means\n");
  print_table(power, power["tables"][0], "independent");
  console::print("\npaired over shared seeds, in standard deviations of the contrast\n");
  const Json& paired = power["paired"];
  console::print_lines(
      table_text({heading(power, !paired["seeds_needed"].is_null()), row_of("any", paired, "paired")}));
  for (std::size_t i = 1; i < power["tables"].size(); ++i) print_spread(power, power["tables"][i]);
}

/// One answer for each part.
Result<Json> answer_parts(const PowerArguments& arguments, const record::Study& whole,
                          const std::vector<analysis::Part>& parts) {
  const auto display = make_progress_display();
  Json answers = Json::array();
  for (const auto& part : parts) {
    display->activity({.what = "power", .done = answers.size(), .all = parts.size()});
    const auto spreads = spreads_for(arguments, part);
    if (!spreads) return Failure(spreads.error());
    const auto study = parts.size() > 1 ? analysis::study_of(whole, part) : whole;
    const auto power = analysis::power_plan(study, arguments.question, *spreads);
    if (!power) return Failure(power.error());
    answers.push_back(described::to_json(*power));
  }
  return answers;
}

Result<int> answer(const PowerArguments& arguments) {
  const auto plan = load_plan(arguments.plan);
  if (!plan) return Failure(plan.error());
  const auto parts = analysis::parts_of(plan->study);
  auto answers = answer_parts(arguments, plan->study, parts);
  if (!answers) return Failure(answers.error());
  if (!arguments.json) {
    for (const Json& power : *answers) print_power(power);
  } else if (parts.size() == 1) {
    console::print_json((*answers)[0]);
  } else {
    console::print_json(Json{{"study", plan->study.name}, {"environments", *std::move(answers)}});
  }
  return exit_done;
}

void add_spread_options(const Command& command, PowerArguments& arguments) {
  const Option from =
      command
          .add_option("--from", arguments.from,
                      "take sigma and the correlation between cells from the records of a finished study")
          .type_name("DIR");
  command
      .add_option("--sd", arguments.deviation,
                  "sigma: the standard deviation of a cell's seed means, in rewards")
      .positive_number()
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
      .positive_number();
  add_spread_options(command, *arguments);
  command.add_option("--power", arguments->question.power, "probability that the effect is found")
      .number_between(0, 1)
      .shows_default();
  command.add_option("--level", arguments->question.level, "of the two-sided test")
      .number_between(0, 1)
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
