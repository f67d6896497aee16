#pragma once

#include <span>
#include <string>
#include <string_view>

#include "windhover/study/document.hpp"

namespace windhover::study {

/// For the end of a message about `name`, which the table `section` (empty: the top level) does not have:
/// where a key of that name does stand, " (did you mean 'learner.lr'?)", or else the nearest of `known`, the
/// keys of the table.
[[nodiscard]] std::string key_hint(const Document& document, std::string_view section, std::string_view name,
                                   std::span<const std::string> known);

}  // namespace windhover::study
