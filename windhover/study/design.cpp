#include "windhover/study/design.hpp"

#include <algorithm>
#include <cctype>
#include <limits>

#include "windhover/core/contract.hpp"

namespace windhover::study {
namespace {

constexpr const char* factorial = "factorial";
constexpr const char* one_at_a_time = "one-at-a-time";

std::vector<Levels> factorial_cells(const std::vector<Factor>& factors) {
  std::vector<Levels> cells = {Levels{}};
  for (const Factor& factor : factors) {
    std::vector<Levels> longer;
    for (const Levels& cell : cells) {
      for (std::size_t level = 0; level < factor.levels.size(); ++level) {
        longer.push_back(cell);
        longer.back().push_back(level);
      }
    }
    cells = std::move(longer);
  }
  return cells;
}

std::vector<Levels> single_changes(const std::vector<Factor>& factors) {
  const Levels baseline(factors.size(), 0);
  std::vector<Levels> cells = {baseline};
  for (std::size_t factor = 0; factor < factors.size(); ++factor) {
    for (std::size_t level = 1; level < factors[factor].levels.size(); ++level) {
      cells.push_back(baseline);
      cells.back()[factor] = level;
    }
  }
  return cells;
}

/// A level in a folder's name: a list as "5-10", a text without what is not a letter, digit or one of "._+-".
std::string level_text(const Json& level) {
  if (level.is_array()) {
    std::string text;
    for (const Json& element : level)
      text += fmt::format("{}{}", text.empty() ? "" : "-", level_text(element));
    return text;
  }
  std::string text = level.is_string() ? level.get<std::string>() : level.dump();
  std::ranges::replace_if(
      text,
      [](unsigned char letter) {
        return std::isalnum(letter) == 0 &&
               std::string_view("._+-").find(static_cast<char>(letter)) == std::string::npos;
      },
      '_');
  return text;
}

}  // namespace

const std::vector<std::string>& design_names() {
  static const std::vector<std::string> names = {factorial, one_at_a_time};
  return names;
}

std::vector<Levels> cells_of_design(const std::string& design, const std::vector<Factor>& factors) {
  WINDHOVER_CHECK(design == factorial || design == one_at_a_time);
  return design == factorial ? factorial_cells(factors) : single_changes(factors);
}

std::size_t count_cells(const std::string& design, const std::vector<Factor>& factors) {
  std::size_t count = 1;
  for (const Factor& factor : factors) {
    const std::size_t levels = factor.levels.size();
    if (design == one_at_a_time) {
      count += levels - 1;
    } else if (count > std::numeric_limits<std::size_t>::max() / levels) {
      return std::numeric_limits<std::size_t>::max();
    } else {
      count *= levels;
    }
  }
  return count;
}

std::string cell_id(bool recurrent, bool layer_norm, const std::string& design,
                    const std::vector<Factor>& factors, const Levels& levels) {
  std::string id = recurrent ? "gru" : "mlp";
  if (layer_norm) id += "+ln";
  for (std::size_t i = 0; i < factors.size(); ++i) {
    if (factors[i].key == "learner.recurrent" || factors[i].key == "learner.layer_norm") continue;
    if (design == one_at_a_time && levels[i] == 0) continue;
    id += "," + factors[i].name + "=" + level_text(factors[i].levels[levels[i]]);
  }
  return id;
}

}  // namespace windhover::study
