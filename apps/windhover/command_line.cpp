#include "apps/windhover/command_line.hpp"

#include <algorithm>
#include <string_view>

#include "apps/windhover/console.hpp"
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "windhover/core/nearest.hpp"

namespace windhover::app {
namespace {

/// "windhover bench train"
std::string name_of(const CLI::App& command) {
  const auto* parent = command.get_parent();
  return parent == nullptr ? command.get_name() : name_of(*parent) + " " + command.get_name();
}

/// From the program down to the innermost command that was named.
std::vector<const CLI::App*> commands_named(const CLI::App& app) {
  std::vector<const CLI::App*> chain = {&app};
  for (auto inner = app.get_subcommands(); !inner.empty(); inner = inner.front()->get_subcommands())
    chain.push_back(inner.front());
  return chain;
}

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

std::vector<std::string> options_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// What a person calls the option: "--jobs", "STUDY.toml".
std::string label_of(const CLI::Option& option) {
  return option.get_positional() ? option.get_type_name() : option.get_name();
}

/// An argument that `command` had no use for, before `innermost` began.
std::string unknown_option(const CLI::App& command, const CLI::App& innermost, const std::string& argument) {
  const auto name = argument.substr(0, argument.find('='));
  const auto later = options_of(innermost);
  if (&innermost != &command && std::ranges::find(later, name) != later.end())
    return fmt::format("the option '{}' goes behind the name of its command, '{}'", name, name_of(innermost));
  return fmt::format("there is no option '{}'{}", name, suggestion(name, options_of(command)));
}

std::string unexpected(const CLI::App& command, const CLI::App& innermost, const std::string& argument) {
  if (argument.starts_with('-')) return unknown_option(command, innermost, argument);
  const auto commands = commands_of(command);
  if (commands.empty()) return fmt::format("'{}' is one argument too many", argument);
  return fmt::format("there is no command '{}'{}", argument, suggestion(argument, commands));
}

/// The option that the error's text, as CLI makes it, starts with.
const CLI::Option* subject_of(const CLI::App& command, std::string_view text) {
  for (const auto* option : command.get_options()) {
    if (text.starts_with(option->get_name() + ":")) return option;
  }
  return nullptr;
}

std::string missing(const CLI::App& command) {
  for (const auto* option : command.get_options()) {
    if (option->get_required() && option->count() == 0) return label_of(*option) + " is missing";
  }
  return fmt::format("a command is missing; there are: {}", fmt::join(commands_of(command), ", "));
}

/// Too many values or too few.
std::string mismatch(const CLI::App& command, const CLI::ParseError& error) {
  const auto* option = subject_of(command, error.what());
  if (option == nullptr) return error.what();
  if (option->count() > 1) return fmt::format("{} may be given once only", label_of(*option));
  return fmt::format("{} needs a value: {}", label_of(*option), option->get_type_name());
}

std::string reason_of(const CLI::App& command, const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) return missing(command);
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) return mismatch(command, error);
  return error.what();
}

Request refuse(const CLI::App& command, const std::string& reason) {
  const auto name = name_of(command);
  console::say_message(fmt::format("{}: {}", name, reason));
  console::say("'{} --help' says what there is.\n", name);
  return Request::refused;
}

/// The first argument that was left over, by a command or by one around it.
struct Leftover {
  const CLI::App* command = nullptr;
  std::string argument = {};
};

Leftover leftover_of(const std::vector<const CLI::App*>& commands) {
  for (const auto* command : commands) {
    for (const auto& argument : command->remaining()) {
      if (argument != "--") return {command, argument};
    }
  }
  return {};
}

Request refuse(const CLI::App& app, const CLI::ParseError& error) {
  const auto commands = commands_named(app);
  // Whatever else is wrong follows from a name that was mistyped.
  if (const auto left = leftover_of(commands); left.command != nullptr)
    return refuse(*left.command, unexpected(*left.command, *commands.back(), left.argument));
  return refuse(*commands.back(), reason_of(*commands.back(), error));
}

/// CLI would take the next argument as the value of "--out=".
bool lacks_value(const std::string& argument) {
  return argument.starts_with("--") && argument.find('=') == argument.size() - 1;
}

/// The command that the words start with.
const CLI::App& command_in(const CLI::App& app, const std::vector<std::string>& words) {
  const CLI::App* command = &app;
  for (const auto& word : words) {
    const auto inner = command->get_subcommands([&](const CLI::App* one) { return one->check_name(word); });
    if (inner.empty()) break;
    command = inner.front();
  }
  return *command;
}

/// An empty text stands for no file, folder or name, and is not the same as leaving the option out.
const CLI::Option* option_with_empty_value(const CLI::App& command) {
  for (const auto* option : command.get_options()) {
    if (std::ranges::find(option->results(), std::string()) != option->results().end()) return option;
  }
  return nullptr;
}

}  // namespace

CommandLine::CommandLine(const std::string& description, const std::string& footer,
                         const std::string& version)
    : app_(std::make_unique<CLI::App>(description, "windhover")) {
  app_->footer(footer);
  app_->set_version_flag("--version", version);
  app_->require_subcommand(0, 1);
}

CommandLine::~CommandLine() = default;

Command CommandLine::program() const { return Command(*app_); }

void CommandLine::print_help() const { console::print_lines(app_->help()); }

Request CommandLine::read(const std::vector<std::string>& arguments) {
  CLI::App& app = *app_;
  const std::vector<std::string> words(arguments.begin() + (arguments.empty() ? 0 : 1), arguments.end());
  const auto end_of_options = std::ranges::find(words, "--");
  if (const auto word = std::find_if(words.begin(), end_of_options, lacks_value); word != end_of_options)
    return refuse(command_in(app, words), fmt::format("{} has no value", word->substr(0, word->size() - 1)));
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // it takes the last one first
  } catch (const CLI::CallForHelp&) {
    if (!app.remaining().empty()) return refuse(app, unexpected(app, app, app.remaining().front()));
    console::print_lines(app.help());
    return Request::shown;
  } catch (const CLI::CallForVersion& version) {
    console::print("{}\n", version.what());
    return Request::shown;
  } catch (const CLI::ParseError& error) {
    return refuse(app, error);
  }
  for (const auto* command : commands_named(app)) {
    if (const auto* option = option_with_empty_value(*command); option != nullptr)
      return refuse(*command, fmt::format("{} is empty", label_of(*option)));
  }
  return Request::action;
}

}  // namespace windhover::app
