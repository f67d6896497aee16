#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace windhover {

/// The fewest digits that read back as the same number; a fraction that single precision holds has those that
/// it needs there: "0.001", "0.99999994", "1e-50", "nan".
[[nodiscard]] std::string number_text(double number);

/// A value in a message: as JSON on one line, with "nan", "inf" and "-inf", which JSON does not have and TOML
/// does.
[[nodiscard]] std::string value_text(const nlohmann::json& value);

}  // namespace windhover
