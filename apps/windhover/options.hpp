#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

/// How a command says what it takes. The parser, CLI11, stays behind this: its headers take a compiler longer
/// than any command.
namespace windhover::app {

/// An option, or an argument without a name, that was added to a command.
class Option {
 public:
  explicit Option(CLI::Option& option) : option_(&option) {}

  /// What stands for the value in the help text: "DIR".
  const Option& type_name(const std::string& name) const;
  const Option& required() const;
  /// The help text says what is taken if the option is not given: the target's value at this moment.
  const Option& shows_default() const;
  /// May not be given together with `other`.
  const Option& excludes(const Option& other) const;
  /// One of these names.
  const Option& one_of(const std::vector<std::string>& names) const;
  /// Several values, each behind the option's name.
  const Option& repeatable() const;

  // What a number may be. The range is part of the help text and of what is said where it is missed. Numbers
  // are decimal: 010 is ten.

  const Option& whole_number(std::uint64_t least, std::uint64_t most) const;
  /// Finite, from `least` to `most`; -0 is 0.
  const Option& number(double least, double most) const;
  /// Finite, above `least` and below `most`.
  const Option& number_between(double least, double most) const;
  /// Finite and above 0.
  const Option& positive_number() const;

 private:
  CLI::Option* option_;
};

/// A command, or the program itself.
class Command {
 public:
  explicit Command(CLI::App& app) : app_(&app) {}

  [[nodiscard]] Command add_subcommand(const std::string& name, const std::string& text) const;
  /// One of the subcommands has to be given.
  void require_subcommand() const;

  /// `name` is "--jobs", or "study" for an argument without a name. `target` holds the default and gets the
  /// value; it has to live as long as the command. For int, std::uint64_t, double, std::string,
  /// std::filesystem::path, std::optional of the numbers and lists of int and std::string.
  template <class Target>
  Option add_option(const std::string& name, Target& target,
                    const std::string& text) const;  // NOLINT(modernize-use-nodiscard)

  /// Finite numbers from `least` to `most` with commas between them.
  Option add_numbers(const std::string& name, std::vector<double>& target, double least, double most,
                     const std::string& text) const;  // NOLINT(modernize-use-nodiscard)

  Option add_flag(const std::string& name, bool& target,
                  const std::string& text) const;  // NOLINT(modernize-use-nodiscard)
  /// Calls `given` if the flag is given.
  Option add_flag(const std::string& name,
                  const std::function<void()>& given,  // NOLINT(modernize-use-nodiscard)
                  const std::string& text) const;

  /// Below the options in the help text.
  void footer(const std::string& text) const;
  /// Called if the command was given and all its arguments are right.
  void when_given(const std::function<void()>& given) const;

 private:
  CLI::App* app_;
};

}  // namespace windhover::app
