#include "windhover/rl/parameter_history.hpp"

#include <algorithm>

#include "windhover/core/contract.hpp"

namespace windhover::rl {

template <class T>
ParameterHistory<T>::ParameterHistory(std::span<const T> initial, int delay) {
  WINDHOVER_CHECK_OP(delay, >=, 0);
  versions_.assign(static_cast<std::size_t>(delay) + 1, nn::AlignedVector<T>(initial.begin(), initial.end()));
}

template <class T>
std::uint64_t ParameterHistory<T>::staleness() const {
  return std::min(updates_, static_cast<std::uint64_t>(versions_.size() - 1));
}

template <class T>
std::span<const T> ParameterHistory<T>::delayed() const {
  return versions_[slot(updates_ - staleness())];
}

template <class T>
std::span<T> ParameterHistory<T>::next() {
  ++updates_;
  return versions_[slot(updates_)];
}

template <class T>
void ParameterHistory<T>::save(ByteWriter& writer) const {
  writer.value(updates_);
  for (const auto& version : versions_) writer.values(std::span<const T>(version));
}

template <class T>
Result<void> ParameterHistory<T>::restore(ByteReader& reader) {
  WINDHOVER_RETURN_IF_ERROR(reader.value(updates_));
  for (auto& version : versions_) WINDHOVER_RETURN_IF_ERROR(reader.values(std::span<T>(version)));
  return {};
}

template class ParameterHistory<float>;
template class ParameterHistory<double>;

}  // namespace windhover::rl
