#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/windhover/options.hpp"

namespace windhover::app {

/// What the arguments ask for.
enum class Request {
  action,   ///< what a subcommand does, or nothing
  shown,    ///< help or the version, which was printed
  refused,  ///< what cannot be; said on stderr, with the command's name, what is near, and where help is
};

/// The program's commands, and the arguments that ask for one.
class CommandLine {
 public:
  /// `description` and `footer` stand before and behind what the help text says of the commands.
  CommandLine(const std::string& description, const std::string& footer, const std::string& version);
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;
  ~CommandLine();

  /// What commands are added to.
  [[nodiscard]] Command program() const;
  /// Reads the arguments, the program's name first.
  [[nodiscard]] Request read(const std::vector<std::string>& arguments);
  /// The help text, to stdout.
  void print_help() const;

 private:
  std::unique_ptr<CLI::App> app_;
};

}  // namespace windhover::app
