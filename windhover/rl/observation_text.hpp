#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/result.hpp"

namespace windhover::rl {

/// What the column of an observation is called before its name.
inline constexpr std::string_view observation_prefix = "observation_";

/// Reads observations from lines of text. A line is a list of numbers: CSV without quotes, or JSON as a list
/// or as an object that has one as "observation". The first line of CSV may be a head, which has no number in
/// it: if some of its columns start with `observation_prefix`, these alone are read. An empty line starts a
/// new episode.
class ObservationReader {
 public:
  /// `count` numbers make an observation.
  explicit ObservationReader(int count) : count_(static_cast<std::size_t>(count)) {}

  enum class Line { observation, head, empty };

  /// Errors name the line: no number, NaN, infinity or beyond single precision, too few or too many, not
  /// JSON, a head whose columns do not fit.
  [[nodiscard]] Result<Line> read(std::string_view line);

  /// Of the last line that was one.
  [[nodiscard]] std::span<const float> observation() const { return observation_; }

 private:
  [[nodiscard]] Result<void> read_csv(std::string_view line);
  [[nodiscard]] Result<void> read_json(std::string_view line);
  [[nodiscard]] Result<void> read_head(const std::vector<std::string_view>& fields);
  [[nodiscard]] Result<void> append(double number, std::size_t field);
  [[nodiscard]] Result<void> check_count(std::size_t given) const;
  [[nodiscard]] Failure refuse(std::string_view reason) const;

  std::size_t count_;
  std::size_t line_ = 0;
  bool begun_ = false;                ///< something but empty lines was read
  std::size_t width_ = 0;             ///< columns of the head; 0 without one
  std::vector<std::size_t> columns_;  ///< of the head that are read; all if empty
  std::vector<float> observation_;
};

}  // namespace windhover::rl
