#include "windhover/study/key_hint.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "windhover/core/nearest.hpp"
#include "windhover/study/factor.hpp"

namespace windhover::study {
namespace {

constexpr std::array<std::string_view, 7> top_level = {"name",  "environment", "profile", "preset",
                                                       "seeds", "arms",        "design"};
constexpr std::array<std::string_view, 2> unvaried = {"analysis.family", "noise_floor.replicate"};

/// The keys of that name in all tables but `section`, as a study file with dots has them.
std::vector<std::string> paths_to(const Document& document, std::string_view section, std::string_view name) {
  std::vector<std::string> keys = setting_keys(document);
  keys.insert(keys.end(), unvaried.begin(), unvaried.end());
  std::erase_if(keys, [&](const std::string& key) {
    const auto dot = key.find('.');
    const std::string_view view = key;
    return dot == std::string::npos || view.substr(dot + 1) != name || view.substr(0, dot) == section;
  });
  return keys;
}

}  // namespace

std::string key_hint(const Document& document, std::string_view section, std::string_view name,
                     std::span<const std::string> known) {
  if (!section.empty() && std::ranges::find(top_level, name) != top_level.end())
    return fmt::format(" ('{}' stands at the top of the file, before any [table])", name);
  const auto paths = paths_to(document, section, name);
  if (paths.empty()) return suggestion(name, known);
  return fmt::format(" (did you mean '{}'?)", fmt::join(paths, "' or '"));
}

}  // namespace windhover::study
