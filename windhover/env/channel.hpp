#pragma once

#include "windhover/env/offload_config.hpp"

namespace windhover::env {

/// The hidden two-state radio channel (Gilbert-Elliott) of a UAV at one speed, per slot.
struct Channel {
  double doppler_hz = 0;
  double bad_to_good_raw = 0;  ///< before it is cut; may exceed 1
  double good_to_bad_raw = 0;
  double bad_to_good = 0;  ///< a probability
  double good_to_bad = 0;
  double initially_good = 0;  ///< probability that an episode starts with a good channel
};

/// Level crossings of a Rayleigh-fading envelope: x sqrt(2 pi r) leave the good state in a slot, with x the
/// Doppler shift times the slot and r the ratio of threshold to mean power; the good state holds e^-r of the
/// time. Source: Wang and Moayeri, "Finite-state Markov channel", IEEE Trans. Vehicular Technology 44(1),
/// 1995, section III. Precondition: velocity_kmh is finite and not negative.
[[nodiscard]] Channel make_channel(const OffloadConfig& config, double velocity_kmh);

}  // namespace windhover::env
