#pragma once

#include <string_view>

namespace windhover::study {

/// The version of this build, "0.1.0", as stored with everything it writes.
[[nodiscard]] constexpr std::string_view version() { return WINDHOVER_VERSION; }

}  // namespace windhover::study
