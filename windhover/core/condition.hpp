#pragma once

#include <string>

#include "windhover/core/described.hpp"

namespace windhover {

/// What an environment varies from episode to episode, and a test goes through: a velocity, for example. The
/// environment names it, the record carries the name, and the report writes it.
struct Condition {
  std::string name = {};   ///< of a column of data: "velocity_kmh"
  std::string label = {};  ///< in words: "velocity"
  std::string unit = {};   ///< "km/h"; empty for a plain number

  /// "velocity, km/h".
  [[nodiscard]] std::string text() const { return unit.empty() ? label : label + ", " + unit; }
  /// "5 km/h".
  [[nodiscard]] std::string value_text(double value) const {
    return fmt::format("{:g}{}{}", value, unit.empty() ? "" : " ", unit);
  }

  friend bool operator==(const Condition&, const Condition&) = default;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("label", self.label);
    visit("unit", self.unit);
  }
};

}  // namespace windhover
