#pragma once

#include <string>
#include <vector>

/// The commands that the project's texts tell people to type.
namespace windhover::integration {

struct DocumentedCommand {
  std::string place;  ///< "README.md, line 41"
  std::string text;
};

/// Those of a Markdown text: lines of its code blocks and `pieces of code` in its sentences that start with a
/// program. Blocks in another language than the shell's are left out, and so are comments at ends of lines.
[[nodiscard]] std::vector<DocumentedCommand> commands_of_markdown(const std::string& name,
                                                                  const std::string& content);

/// Those of what a command prints with --help.
[[nodiscard]] std::vector<DocumentedCommand> commands_of_help(const std::string& name,
                                                              const std::string& content);

/// The indented blocks of a Markdown text that are TOML, joined.
[[nodiscard]] std::string toml_of_markdown(const std::string& content);

}  // namespace windhover::integration
