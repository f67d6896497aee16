#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace windhover::app {

/// What the arguments ask for.
enum class Request {
  action,   ///< what a subcommand does, or nothing
  shown,    ///< help or the version, which was printed
  refused,  ///< what cannot be; said on stderr, with the command's name, what is near, and where help is
};

/// Reads the arguments, the program's name first.
[[nodiscard]] Request read_command_line(CLI::App& app, const std::vector<std::string>& arguments);

}  // namespace windhover::app
