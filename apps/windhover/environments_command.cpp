#include <algorithm>
#include <cmath>
#include <memory>

#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/text.hpp"
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "windhover/core/value_text.hpp"
#include "windhover/env/registry.hpp"

namespace windhover::app {
namespace {

struct EnvironmentsArguments {
  std::string name;
  std::string profile;
  bool json = false;
};

/// What follows from a profile.
struct ProfileFacts {
  env::Configuration config;
  int observations = 0;
  int episode_limit = 0;
  std::vector<std::string> observation_names = {};  ///< empty if the environment does not say
};

Result<ProfileFacts> facts_of(const env::Description& environment, const std::string& profile) {
  auto config = environment.configure(profile, Json::object());
  if (!config) return Failure(config.error());
  const auto group = environment.make_group(
      *config, {.mode = env::Mode::evaluation, .conditions = {environment.test_conditions.front()}});
  if (!group) return Failure(group.error());
  ProfileFacts facts{.config = *std::move(config),
                     .observations = (*group)->observation_size(),
                     .episode_limit = (*group)->episode_limit()};
  if (environment.observation_names) facts.observation_names = environment.observation_names(facts.config);
  return facts;
}

Json finite_or_null(double number) { return std::isfinite(number) ? Json(number) : Json(); }

bool is_number(const env::Setting& setting) { return setting.type.ends_with("number"); }

Json json_of(const env::Setting& setting, const Json& defaults) {
  Json json = {{"name", setting.name},
               {"type", setting.type},
               {"default", defaults[setting.name]},
               {"description", setting.description}};
  if (is_number(setting))
    json.update(
        {{"least", finite_or_null(setting.range.least)}, {"most", finite_or_null(setting.range.most)}});
  if (!setting.choices.empty()) json["choices"] = setting.choices;
  return json;
}

Json json_of(const env::Description& environment, const std::string& profile, const ProfileFacts& facts) {
  Json settings = Json::array();
  for (const auto& setting : environment.settings) settings.push_back(json_of(setting, facts.config.json()));
  Json hidden = Json::array();
  for (const auto& number : environment.hidden)
    hidden.push_back({{"name", number.name}, {"description", number.description}});
  return {{"name", environment.name},
          {"summary", environment.summary},
          {"profiles", environment.profiles},
          {"profile", profile},
          {"actions", environment.action_names},
          {"observations",
           {{"count", facts.observations},
            {"least", environment.observation_bounds.lowest},
            {"most", environment.observation_bounds.highest},
            {"names", facts.observation_names}}},
          {"hidden", std::move(hidden)},
          {"condition", environment.condition ? Json(environment.condition->name) : Json()},
          {"test_conditions", environment.test_conditions},
          {"episode_limit", facts.episode_limit},
          {"settings", std::move(settings)}};
}

/// "whole number, 1 to 64", "text: a, b".
std::string type_text(const env::Setting& setting) {
  if (!setting.choices.empty()) return fmt::format("{}: {}", setting.type, fmt::join(setting.choices, ", "));
  if (!is_number(setting) || !std::isfinite(setting.range.least)) return setting.type;
  return fmt::format("{}, {} to {}", setting.type, windhover::number_text(setting.range.least),
                     windhover::number_text(setting.range.most));
}

/// The observation's values by number, several in a line.
void print_names(const std::vector<std::string>& names) {
  constexpr std::size_t width = 100;
  std::string line;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto word = fmt::format("{} {}", i, names[i]);
    if (!line.empty() && line.size() + word.size() > width) {
      console::print("  {}\n", line);
      line.clear();
    }
    line += (line.empty() ? "" : ", ") + word;
  }
  if (!line.empty()) console::print("  {}\n", line);
}

/// A line each: name, default, type with range, description.
void print_settings(const env::Description& environment, const Json& defaults) {
  std::size_t name_width = 0, value_width = 0, type_width = 0;
  for (const auto& setting : environment.settings) {
    name_width = std::max(name_width, setting.name.size());
    value_width = std::max(value_width, value_text(defaults[setting.name]).size());
    type_width = std::max(type_width, type_text(setting).size());
  }
  for (const auto& setting : environment.settings) {
    console::print("  {:<{}}  {:<{}}  {:<{}}  {}\n", setting.name, name_width,
                   value_text(defaults[setting.name]), value_width, type_text(setting), type_width,
                   setting.description);
  }
}

void print_one(const env::Description& environment, const std::string& profile, const ProfileFacts& facts) {
  console::print("{}: {}\n", environment.name, environment.summary);
  console::print("profiles      {}\n", fmt::join(environment.profiles, ", "));
  console::print("actions       {}\n", fmt::join(environment.action_names, ", "));
  console::print("episode       at most {} steps\n", facts.episode_limit);
  console::print(
      "condition     {}{}\n",
      environment.condition ? environment.condition->name + ", tested at " : "none to vary; its number is ",
      fmt::join(environment.test_conditions, ", "));
  console::print("observation   {} numbers from {} to {}{}\n", facts.observations,
                 environment.observation_bounds.lowest, environment.observation_bounds.highest,
                 facts.observation_names.empty() ? "" : ":");
  print_names(facts.observation_names);
  console::print("hidden{}\n", environment.hidden.empty() ? "        nothing that it names" : ":");
  for (const auto& number : environment.hidden) console::print("  {}: {}\n", number.name, number.description);
  console::print("settings, with the defaults of the profile {}:\n", profile);
  print_settings(environment, facts.config.json());
}

Result<int> show_one(const EnvironmentsArguments& arguments) {
  const auto environment = env::find(arguments.name);
  if (!environment) return Failure(environment.error());
  const auto& profile = arguments.profile.empty() ? (*environment)->profiles.front() : arguments.profile;
  const auto facts = facts_of(**environment, profile);
  if (!facts) return Failure(facts.error());
  if (arguments.json) {
    console::print_json(json_of(**environment, profile, *facts));
  } else {
    print_one(**environment, profile, *facts);
  }
  return exit_done;
}

Result<int> show_all(bool json) {
  Json list = Json::array();
  std::vector<std::vector<std::string>> rows = {{"environment", "observation", "actions", "profiles"}};
  for (const auto& environment : env::registry()) {
    const auto& profile = environment.profiles.front();
    const auto facts = facts_of(environment, profile);
    if (!facts) return Failure(facts.error());
    list.push_back(json_of(environment, profile, *facts));
    rows.push_back({environment.name, std::to_string(facts->observations),
                    fmt::format("{}", fmt::join(environment.action_names, ", ")),
                    fmt::format("{}", fmt::join(environment.profiles, ", "))});
  }
  if (json) {
    console::print_json(list);
    return exit_done;
  }
  console::print_lines(table_text(rows) + "\n");
  for (const auto& environment : env::registry())
    console::print("{}: {}\n", environment.name, environment.summary);
  return exit_done;
}

}  // namespace

void add_environments(const Command& app, Invocation& invocation) {
  const auto arguments = std::make_shared<EnvironmentsArguments>();
  const Command command =
      app.add_subcommand("environments", "what environments there are, and the settings of one");
  command.add_option("name", arguments->name, "one of them; all in short if not given").type_name("NAME");
  command.add_option("--profile", arguments->profile, "whose defaults are shown; its first if not given");
  command.add_flag("--json", arguments->json, "print it as JSON");
  command.footer(
      "Examples:\n"
      "  windhover environments\n"
      "  windhover environments offload --profile sound\n"
      "  windhover environments t-maze --json");
  command.when_given([arguments, &invocation] {
    invocation.action = [arguments]() -> Result<int> {
      if (!arguments->name.empty()) return show_one(*arguments);
      if (!arguments->profile.empty())
        return usage_error("--profile is of one environment, but none is named");
      return show_all(arguments->json);
    };
  });
}

}  // namespace windhover::app
