#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/core/number_range.hpp"
#include "windhover/core/result.hpp"

namespace windhover::study {

/// A value that was given for a key, by a study file, a level or a [[where]]: read as what the key has to be.
/// Errors say the place, the key, what is wrong and what would be right.
class GivenValue {
 public:
  /// `place` says where it was given: "study.toml, line 3: [training]". `value` must outlive this.
  GivenValue(std::string_view name, const Json& value, std::string place)
      : name_(name), value_(value), place_(std::move(place)) {}

  [[nodiscard]] const std::string& place() const { return place_; }
  /// "study.toml, line 3: [training]: 'workers' MESSAGE".
  [[nodiscard]] Failure refuse(std::string_view message) const;

  /// Not empty.
  [[nodiscard]] Result<void> text(std::string& target) const;
  [[nodiscard]] Result<void> integer(int& target, int least, int most) const;
  [[nodiscard]] Result<void> integer(std::uint64_t& target, std::uint64_t least, std::uint64_t most) const;
  [[nodiscard]] Result<void> number(double& target, const NumberRange& range) const;
  /// At least one, at most `most`; each in `range`.
  [[nodiscard]] Result<void> numbers(std::vector<double>& target, const NumberRange& range,
                                     std::size_t most) const;
  /// A list with at least one element and at most `most`.
  [[nodiscard]] Result<void> require_list(std::size_t most) const;
  /// Error: `text`, which was given, is none of `choices`; with the nearest.
  [[nodiscard]] Result<void> one_of(const std::string& text, const std::vector<std::string>& choices) const;

 private:
  std::string name_;
  const Json& value_;
  std::string place_;
};

}  // namespace windhover::study
