#include "windhover/rl/rollout.hpp"

#include <algorithm>

#include "windhover/core/contract.hpp"

namespace windhover::rl {

template <class T>
Rollout<T>::Rollout(const nn::Architecture& architecture, int longest)
    : activations(architecture, longest + 1, nn::Activations<T>::RowOrder::chained),
      probabilities(static_cast<std::size_t>(longest) * static_cast<std::size_t>(architecture.actions)),
      log_probabilities(probabilities.size()),
      actions(static_cast<std::size_t>(longest)),
      rewards(static_cast<std::size_t>(longest)) {}

template <class T>
void Rollout<T>::start_episode() {
  const auto hidden = activations.hidden_before(0);
  std::fill(hidden.begin(), hidden.end(), T{0});
  length = 0;
  terminated = false;
  truncated = false;
}

template <class T>
void Rollout<T>::carry_over() {
  WINDHOVER_CHECK(!terminated && !truncated);
  std::ranges::copy(activations.observations(length), activations.observations(0).begin());
  std::ranges::copy(activations.hidden_before(length), activations.hidden_before(0).begin());
  length = 0;
}

template <class T>
void Rollout<T>::save(ByteWriter& writer) const {
  writer.values(activations.block());
  writer.values(std::span<const T>(probabilities));
  writer.values(std::span<const T>(log_probabilities));
  writer.values(std::span<const int>(actions));
  writer.values(std::span<const T>(rewards));
  writer.value(length);
  writer.value(terminated);
  writer.value(truncated);
}

template <class T>
Result<void> Rollout<T>::restore(ByteReader& reader) {
  WINDHOVER_RETURN_IF_ERROR(reader.values(activations.block()));
  WINDHOVER_RETURN_IF_ERROR(reader.values(std::span<T>(probabilities)));
  WINDHOVER_RETURN_IF_ERROR(reader.values(std::span<T>(log_probabilities)));
  WINDHOVER_RETURN_IF_ERROR(reader.values(std::span<int>(actions)));
  WINDHOVER_RETURN_IF_ERROR(reader.values(std::span<T>(rewards)));
  WINDHOVER_RETURN_IF_ERROR(reader.value(length));
  WINDHOVER_RETURN_IF_ERROR(reader.value(terminated));
  WINDHOVER_RETURN_IF_ERROR(reader.value(truncated));
  if (length < 0 || length > longest()) return failure("the saved state has a rollout of impossible length");
  const auto width = probabilities.size() / actions.size();
  const auto taken = std::span<const int>(actions).first(static_cast<std::size_t>(length));
  const bool known = std::ranges::all_of(
      taken, [&](int action) { return action >= 0 && static_cast<std::size_t>(action) < width; });
  if (!known) return failure("the saved state has an action that there is not");
  return {};
}

template struct Rollout<float>;
template struct Rollout<double>;

}  // namespace windhover::rl
