#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "windhover/core/result.hpp"
#include "windhover/study/design.hpp"
#include "windhover/study/document.hpp"
#include "windhover/study/factor.hpp"
#include "windhover/study/settings.hpp"

namespace windhover::study {

/// One [[where]] of a study file: settings that hold only for the cells with some levels.
struct Where {
  struct Condition {
    std::size_t factor = 0;
    std::size_t level = 0;
  };

  std::string place;
  std::vector<Condition> is;
  std::vector<Assignment> settings;

  /// True for a cell with these levels.
  [[nodiscard]] bool selects(const Levels& levels) const;
};

/// [[where]], before any level is shortened. Errors, of kind usage and with the place: an unknown key, no
/// table, no condition or setting, an unknown factor or level (with the nearest or with all), a key that is a
/// factor.
[[nodiscard]] Result<std::vector<Where>> read_wheres(const Document& document,
                                                     const std::vector<Factor>& factors);

/// Error: one that selects none of the cells.
[[nodiscard]] Result<void> check_selections(const std::vector<Where>& wheres,
                                            const std::vector<Factor>& factors,
                                            const std::vector<Levels>& cells);

/// What holds for the cell with these levels. Error: two that set the same key.
[[nodiscard]] Result<std::vector<Assignment>> settings_of_cell(const std::vector<Where>& wheres,
                                                               const std::vector<Factor>& factors,
                                                               const Levels& levels);

/// As in a study file.
[[nodiscard]] Json to_json(const Where& where, const std::vector<Factor>& factors);

}  // namespace windhover::study
