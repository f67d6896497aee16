#pragma once

#include <array>
#include <utility>

#include "windhover/core/described.hpp"

/// What is said of effects, claims and learners: every word that judges, in one place.
namespace windhover::analysis {

using described::name_of;

/// Of an effect. Confirmed is what survives the adjustment for everything that the study declared to test;
/// worth a second look is what its own 95 % interval suggests and no more.
enum class EffectVerdict { confirmed, second_look, not_shown, shown_in_noise, not_decidable };

enum class ClaimOutcome { confirmed, contradicted, not_decidable };

/// Of a learner against the random policy, by the interval of its mean.
enum class Standing { above, below, not_distinguishable, not_known };

}  // namespace windhover::analysis

namespace windhover::described {

template <>
struct Names<analysis::EffectVerdict> {
  using enum analysis::EffectVerdict;
  static constexpr std::array all = {
      std::pair{confirmed, "effect, confirmed"}, std::pair{second_look, "worth a second look"},
      std::pair{not_shown, "no effect shown"}, std::pair{shown_in_noise, "effect shown where there is none"},
      std::pair{not_decidable, "not decidable"}};
};

template <>
struct Names<analysis::ClaimOutcome> {
  using enum analysis::ClaimOutcome;
  static constexpr std::array all = {std::pair{confirmed, "confirmed"},
                                     std::pair{contradicted, "contradicted"},
                                     std::pair{not_decidable, "not decidable"}};
};

template <>
struct Names<analysis::Standing> {
  using enum analysis::Standing;
  static constexpr std::array all = {std::pair{above, "above"}, std::pair{below, "below"},
                                     std::pair{not_distinguishable, "not distinguishable"},
                                     std::pair{not_known, "not known"}};
};

}  // namespace windhover::described
