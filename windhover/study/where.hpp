#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "windhover/core/result.hpp"
#include "windhover/study/design.hpp"
#include "windhover/study/document.hpp"
#include "windhover/study/factor.hpp"

namespace windhover::study {

/// One [[where]] of a study file: settings that hold only for the cells with some levels.
struct Where {
  struct Condition {
    std::size_t factor = 0;
    std::size_t level = 0;
  };
  struct Setting {
    std::string key;  ///< "training.workers"
    Json value;
    std::string place;  ///< "study.toml, line 12: [[where]]"
  };

  std::string place;
  std::vector<Condition> is;
  std::vector<Setting> settings;

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

/// Puts what holds for the cell with these levels into its document. Error: two that set the same key.
[[nodiscard]] Result<void> apply_wheres(Document& cell, const std::vector<Where>& wheres,
                                        const std::vector<Factor>& factors, const Levels& levels);

/// As in a study file.
[[nodiscard]] Json to_json(const Where& where, const std::vector<Factor>& factors);

}  // namespace windhover::study
