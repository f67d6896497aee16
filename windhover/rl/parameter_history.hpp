#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "windhover/core/bytes.hpp"
#include "windhover/nn/aligned.hpp"

namespace windhover::rl {

/// A model's parameters as they stood after each of its last updates: the present ones and the `delay`
/// versions before them.
template <class T>
class ParameterHistory {
 public:
  /// No update made yet. delay >= 0.
  ParameterHistory(std::span<const T> initial, int delay);

  /// How many updates ago `delayed` was: `delay`, or all updates if there were fewer.
  [[nodiscard]] std::uint64_t staleness() const;
  [[nodiscard]] std::span<const T> delayed() const;

  /// Where the parameters after the next update belong. They count as the present ones from now on, and what
  /// `delayed` returned before is lost.
  [[nodiscard]] std::span<T> next();

  void save(ByteWriter& writer) const;
  [[nodiscard]] Result<void> restore(ByteReader& reader);

 private:
  [[nodiscard]] std::size_t slot(std::uint64_t version) const {
    return static_cast<std::size_t>(version % versions_.size());
  }

  std::uint64_t updates_ = 0;
  std::vector<nn::AlignedVector<T>> versions_;  ///< after update u at u mod (delay + 1)
};

extern template class ParameterHistory<float>;
extern template class ParameterHistory<double>;

}  // namespace windhover::rl
