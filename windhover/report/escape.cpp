#include "windhover/report/escape.hpp"

#include <array>
#include <utility>

namespace windhover::report {
namespace {

/// Goes through the text and replaces each byte by what `replacement` gives for it, or keeps it where that is
/// empty.
template <class Replacement>
std::string replace_each(std::string_view text, const Replacement& replacement) {
  std::string result;
  for (const char letter : text) {
    const bool control = static_cast<unsigned char>(letter) < 0x20 && letter != '\n';
    const std::string_view other = control ? " " : replacement(letter);
    if (other.empty()) {
      result += letter;
    } else {
      result += other;
    }
  }
  return result;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

bool is_number_start(std::string_view text) {
  return text.size() > 1 && (text[1] == '.' || (text[1] >= '0' && text[1] <= '9'));
}

}  // namespace

std::string escape_html(std::string_view text) {
  auto result = replace_each(text, [](char letter) -> std::string_view {
    switch (letter) {
      case '&':
        return "&amp;";
      case '<':
        return "&lt;";
      case '>':
        return "&gt;";
      case '"':
        return "&quot;";
      case '\'':
        return "&#39;";
      default:
        return {};
    }
  });
  replace_all(result, " %", "&#160;%");  // a number and its percent sign stay on one line
  return result;
}

std::string html_attribute(std::string_view name, std::string_view value) {
  return value.empty() ? std::string() : fmt::format(" {}=\"{}\"", name, escape_html(value));
}

std::string escape_markdown(std::string_view text) {
  return replace_each(text, [](char letter) -> std::string_view {
    switch (letter) {
      case '\n':
        return " ";
      case '|':
        return "\\|";
      case '\\':
        return "\\\\";
      case '*':
        return "\\*";
      case '_':
        return "\\_";
      case '`':
        return "\\`";
      case '[':
        return "\\[";
      case ']':
        return "\\]";
      case '<':
        return "&lt;";
      case '>':
        return "&gt;";
      case '&':
        return "&amp;";
      default:
        return {};
    }
  });
}

std::string escape_latex(std::string_view text) {
  auto result = replace_each(text, [](char letter) -> std::string_view {
    switch (letter) {
      case '\\':
        return "\\textbackslash{}";
      case '&':
        return "\\&";
      case '%':
        return "\\%";
      case '$':
        return "\\$";
      case '#':
        return "\\#";
      case '_':
        return "\\_";
      case '{':
        return "\\{";
      case '}':
        return "\\}";
      case '~':
        return "\\textasciitilde{}";
      case '^':
        return "\\textasciicircum{}";
      case '<':
        return "\\textless{}";
      case '>':
        return "\\textgreater{}";
      case '[':
        return "{[}";  // else it can be taken for the argument of the line break before it
      case '"':
        return "''";
      default:
        return {};
    }
  });
  constexpr std::array symbols = {std::pair{std::string_view("−"), std::string_view("$-$")},
                                  std::pair{std::string_view("×"), std::string_view("$\\times$")},
                                  std::pair{std::string_view("→"), std::string_view("$\\to$")},
                                  std::pair{std::string_view("±"), std::string_view("$\\pm$")},
                                  std::pair{std::string_view("≥"), std::string_view("$\\geq$")},
                                  std::pair{std::string_view("≤"), std::string_view("$\\leq$")},
                                  std::pair{std::string_view("η"), std::string_view("$\\eta$")},
                                  std::pair{std::string_view("ω"), std::string_view("$\\omega$")},
                                  std::pair{std::string_view("²"), std::string_view("$^2$")},
                                  std::pair{std::string_view("Δ"), std::string_view("$\\Delta$")},
                                  std::pair{std::string_view("∞"), std::string_view("$\\infty$")},
                                  std::pair{std::string_view("\u00a0"), std::string_view("~")},
                                  std::pair{std::string_view("—"), std::string_view("---")},
                                  std::pair{std::string_view("–"), std::string_view("--")}};
  for (const auto& [symbol, command] : symbols) replace_all(result, symbol, command);
  return result;
}

std::string escape_csv(std::string_view text) {
  std::string field(text);
  constexpr std::string_view formula_starts = "=+-@\t\r";
  if (!field.empty() && formula_starts.find(field.front()) != std::string_view::npos &&
      !is_number_start(field)) {
    field.insert(field.begin(), '\'');
  }
  if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
  replace_all(field, "\"", "\"\"");
  field.insert(field.begin(), '"');
  field += '"';
  return field;
}

std::string slug(std::string_view text) {
  std::string name;
  for (const char letter : text) {
    const bool upper = letter >= 'A' && letter <= 'Z';
    const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
    if (upper) {
      name += static_cast<char>(letter - 'A' + 'a');
    } else if (plain) {
      name += letter;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  return name;
}

}  // namespace windhover::report
