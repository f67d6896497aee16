#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/core/first_error.hpp"
#include "windhover/core/result.hpp"

namespace windhover::record {

/// Reads the keys of study.toml that the record needs, among others. The first error is kept and named with
/// its place, so that a whole table can be read before asking.
class ObjectReader {
 public:
  /// `place` names the file (and the entry in it). `json` must outlive the reader.
  ObjectReader(const Json& json, std::string place);

  void read(std::string_view key, std::string& value);

  /// An array, or null after an error.
  [[nodiscard]] const Json* array(std::string_view key);

  [[nodiscard]] Result<void> status() const { return error_.status(); }

 private:
  void refuse(std::string_view key, std::string_view reason);
  [[nodiscard]] const Json* find(std::string_view key);

  const Json& json_;
  std::string place_;
  FirstError error_;
};

/// The texts of an array, or whole numbers not below 0. Errors name `place`.
[[nodiscard]] Result<std::vector<std::string>> read_texts(const Json& array, const std::string& place);
[[nodiscard]] Result<std::vector<std::uint64_t>> read_seeds(const Json& array, const std::string& place);

}  // namespace windhover::record
