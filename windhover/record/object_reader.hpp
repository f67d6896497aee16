#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/core/first_error.hpp"
#include "windhover/core/result.hpp"

namespace windhover::record {

/// Reads the members of a JSON object that came from a file. The first error is kept and named with its
/// place, so that a whole object can be read before asking.
class ObjectReader {
 public:
  /// `place` names the file (and the entry in it). `json` must outlive the reader.
  ObjectReader(const Json& json, std::string place);

  void read(std::string_view key, bool& value);
  void read(std::string_view key, std::string& value);
  void read(std::string_view key, double& value);

  /// Whole numbers that fit, and not below 0: the record has no negative ones.
  template <std::integral Number>
  requires(!std::same_as<Number, bool>) void read(std::string_view key, Number& value) {
    const auto most = static_cast<std::uint64_t>(std::numeric_limits<Number>::max());
    value = static_cast<Number>(count(key, most));
  }

  /// An array, or null after an error.
  [[nodiscard]] const Json* array(std::string_view key);
  /// An object, or null after an error.
  [[nodiscard]] const Json* object(std::string_view key);

  void refuse(std::string_view key, std::string_view reason);
  [[nodiscard]] Result<void> status() const { return error_.status(); }

 private:
  [[nodiscard]] const Json* find(std::string_view key);
  [[nodiscard]] std::uint64_t count(std::string_view key, std::uint64_t most);

  const Json& json_;
  std::string place_;
  FirstError error_;
};

/// The texts of an array, or whole numbers not below 0. Errors name `place`.
[[nodiscard]] Result<std::vector<std::string>> read_texts(const Json& array, const std::string& place);
[[nodiscard]] Result<std::vector<std::uint64_t>> read_seeds(const Json& array, const std::string& place);

}  // namespace windhover::record
