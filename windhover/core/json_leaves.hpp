#pragma once

#include <map>
#include <string>

#include "windhover/core/fields.hpp"

namespace windhover {

/// Every value of nested objects by its dotted key, "training.episodes"; lists are values.
[[nodiscard]] inline std::map<std::string, Json> json_leaves(const Json& json,
                                                             const std::string& prefix = "") {
  std::map<std::string, Json> leaves;
  for (const auto& [name, value] : json.items()) {
    if (value.is_object()) {
      leaves.merge(json_leaves(value, prefix + name + "."));
    } else {
      leaves[prefix + name] = value;
    }
  }
  return leaves;
}

}  // namespace windhover
