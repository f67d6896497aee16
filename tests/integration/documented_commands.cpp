#include "tests/integration/documented_commands.hpp"

#include <regex>
#include <sstream>

#include "windhover/core/trimmed.hpp"

namespace windhover::integration {
namespace {

constexpr const char* indentation = "    ";

/// True if the text starts with a program, perhaps behind variables: a name that one can type, or a path to
/// it.
bool starts_with_program(const std::string& text) {
  static const std::regex program(
      R"((?:[A-Z_]+=\S+ )*)"
      R"((?:windhover|windhover_\w+|\./dev|\.ci/run|(?:\./)?build/\S*[^/\s]|\S+\.sh|\S+\.py)"
      R"(|apt|apt-get|bash|chromium|cmake|ctest|curl|docker|git|make|mpirun|ninja|pip|python3?|sh|sudo)(?: .*)?)");
  return std::regex_match(text, program);
}

std::string without_comment(const std::string& text) {
  const auto comment = text.find(" #");
  return std::string(trimmed(comment == std::string::npos ? text : text.substr(0, comment)));
}

/// The lines of a Markdown text, and what each of them is.
class Lines {
 public:
  enum class Kind { text, blank, shell, other_code };

  explicit Lines(const std::string& content) : lines_(content) {}

  bool next() {
    if (!std::getline(lines_, line)) return false;
    ++number;
    kind = classify();
    return true;
  }

  std::string line;
  int number = 0;
  Kind kind = Kind::blank;

 private:
  Kind classify() {
    const auto text = trimmed(line);
    if (text.starts_with("```")) {
      fenced_ = !fenced_;
      language_ = fenced_ ? text.substr(3) : "";
      return Kind::blank;
    }
    if (fenced_) {
      const bool shell =
          language_.empty() || language_ == "sh" || language_ == "bash" || language_ == "console";
      return shell ? Kind::shell : Kind::other_code;
    }
    if (text.empty()) return Kind::blank;
    return line.starts_with(indentation) ? Kind::shell : Kind::text;
  }

  std::istringstream lines_;
  bool fenced_ = false;
  std::string language_;
};

/// Keeps what is a command, with its place.
class Collection {
 public:
  explicit Collection(std::string name) : name_(std::move(name)) {}

  void add(int line, const std::string& text) {
    if (starts_with_program(text)) commands.push_back({name_ + ", line " + std::to_string(line), text});
  }

  /// Of sentences, which may go over several lines.
  void add_pieces(int line, const std::string& text) {
    static const std::regex piece("`([^`]+)`");
    for (std::sregex_iterator match(text.begin(), text.end(), piece), end; match != end; ++match)
      add(line, std::string(trimmed(match->str(1))));
  }

  std::vector<DocumentedCommand> commands;

 private:
  std::string name_;
};

}  // namespace

std::vector<DocumentedCommand> commands_of_markdown(const std::string& name, const std::string& content) {
  Collection collection(name);
  std::string paragraph;
  int paragraph_line = 0;
  Lines lines(content);
  const auto end_paragraph = [&] {
    collection.add_pieces(paragraph_line, paragraph);
    paragraph.clear();
  };
  while (lines.next()) {
    if (lines.kind == Lines::Kind::text) {
      if (paragraph.empty()) paragraph_line = lines.number;
      paragraph += std::string(trimmed(lines.line)) + " ";
      continue;
    }
    end_paragraph();
    if (lines.kind == Lines::Kind::shell) collection.add(lines.number, without_comment(lines.line));
  }
  end_paragraph();
  return collection.commands;
}

std::vector<DocumentedCommand> commands_of_help(const std::string& name, const std::string& content) {
  Collection collection(name);
  std::istringstream lines(content);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::string text(trimmed(line));
    if (text.starts_with("Example: ")) text = text.substr(9);
    // A list of the commands has their names alone.
    if (text.starts_with("windhover ")) collection.add(number, text);
  }
  return collection.commands;
}

std::string toml_of_markdown(const std::string& content) {
  std::string all, block;
  const auto end_block = [&] {
    if (block.starts_with("name = ") || block.starts_with("[")) all += block;
    block.clear();
  };
  Lines lines(content);
  bool goes_on = false;  // a blank line does not end a block, text does
  while (lines.next()) {
    if (lines.kind == Lines::Kind::shell) {
      block += std::string(trimmed(lines.line)) + "\n";
      goes_on = true;
    } else if (lines.kind == Lines::Kind::text) {
      if (goes_on) end_block();
      goes_on = false;
    }
  }
  end_block();
  return all;
}

}  // namespace windhover::integration
