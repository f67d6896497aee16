#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/number_range.hpp"
#include "windhover/study/document.hpp"
#include "windhover/study/given_value.hpp"

namespace windhover::study {

/// The largest that a study file, which is TOML, can hold.
inline constexpr std::uint64_t largest_seed = std::numeric_limits<std::int64_t>::max();

inline constexpr std::size_t most_elements = 1000;   ///< of a list of distinct elements
inline constexpr std::size_t most_numbers = 65'535;  ///< of a list with one a worker

/// Reads the keys of one table of a study file, checking type and range. A key that is not there leaves its
/// target as it is. Errors give the place, what is wrong and what would be right.
class TableReader {
 public:
  /// `section` is the table's key; empty for the top level.
  TableReader(const Document& document, std::string section);

  [[nodiscard]] Result<void> text(std::string_view name, std::string& target);
  [[nodiscard]] Result<void> integer(std::string_view name, std::uint64_t& target, std::uint64_t least,
                                     std::uint64_t most);
  /// At least one, at most `most_elements`, none twice; each is a whole number from 0 to largest_seed.
  [[nodiscard]] Result<void> distinct_integers(std::string_view name, std::vector<std::uint64_t>& target);
  /// At least one, at most `most_elements`, none twice.
  [[nodiscard]] Result<void> distinct_texts(std::string_view name, std::vector<std::string>& target);
  /// At least one, at most `most_numbers`; each in `range`.
  [[nodiscard]] Result<void> numbers(std::string_view name, std::vector<double>& target,
                                     const NumberRange& range);

  /// Error: `value`, which `name` gave, is none of `choices`; with the nearest.
  [[nodiscard]] Result<void> one_of(std::string_view name, const std::string& value,
                                    const std::vector<std::string>& choices) const;

  /// Says that `name` is read elsewhere.
  void expect(std::string_view name) { known_.emplace_back(name); }

  /// Error: a key that nobody read, with the one that may have been meant (key_hint.hpp); or the section is
  /// no table.
  [[nodiscard]] Result<void> refuse_unknown() const;

  /// An error about `name`: "study.toml, line 3: [training]: 'workers' MESSAGE".
  [[nodiscard]] Failure refuse(std::string_view name, std::string_view message) const;

 private:
  [[nodiscard]] std::string key(std::string_view name) const;
  /// The value to read, if there is one; remembers the name as known.
  [[nodiscard]] const Json* take(std::string_view name);
  /// Null if there is none; not empty, and of at most `most_elements`, otherwise.
  [[nodiscard]] Result<const Json*> take_list(std::string_view name);
  [[nodiscard]] GivenValue given(std::string_view name, const Json& value) const;

  const Document& document_;
  std::string section_;
  std::vector<std::string> known_;
};

}  // namespace windhover::study
