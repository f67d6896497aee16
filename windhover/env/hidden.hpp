#pragma once

#include <concepts>
#include <span>
#include <string_view>

#include "windhover/env/concept.hpp"

/// A capability of an environment: it names what no observation shows. For those who look on, as the trace of
/// an episode does; no learner meets it.
namespace windhover::env {

/// One number of a member's state, or of the resource it uses, that is not observed.
template <class Parameters, class State, class Resource = NoSharedResource>
struct HiddenQuantity {
  std::string_view name;         ///< of a column: "channel_good"
  std::string_view description;  ///< with the unit
  double (*value)(const Parameters& parameters, const State& state, const Resource& resource);
};

/// An environment that hides something and says what.
template <class E>
concept Hides = Environment<E> && requires {
  {
    E::hidden_quantities()
    } -> std::same_as<
        std::span<const HiddenQuantity<typename E::Parameters, typename E::State, typename E::Resource>>>;
};

}  // namespace windhover::env
