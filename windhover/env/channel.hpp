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

  /// Correlation of the state in one slot with that in the next; n slots on it is this to the power n. 1: the
  /// state never changes; 0: each slot is drawn by itself; -1: it alternates.
  [[nodiscard]] double correlation() const { return 1 - bad_to_good - good_to_bad; }
};

/// Level crossings of a Rayleigh-fading envelope: x sqrt(2 pi r) leave the good state in a slot, with x the
/// Doppler shift times the slot and r the ratio of threshold to mean power; the good state holds e^-r of the
/// time. Source: Wang and Moayeri, "Finite-state Markov channel", IEEE Trans. Vehicular Technology 44(1),
/// 1995, section III. Precondition: velocity_kmh is finite and not negative.
[[nodiscard]] Channel make_channel(const OffloadConfig& config, double velocity_kmh);

/// The velocities, km/h, beyond which a channel is no fading channel any more: within a slot it would cross
/// the threshold as often as not.
struct ChannelLimits {
  double independent = 0;  ///< from here on a slot says nothing of the next, or the opposite
  double alternating = 0;  ///< from here on good and bad take turns; infinite if the channel is stationary
};

/// In closed form: with x per km/h and the ratio r as above, (1 - e^-r) / (x sqrt(2 pi r)) and
/// max(1, e^r - 1) / (x sqrt(2 pi r)).
[[nodiscard]] ChannelLimits channel_limits(const OffloadConfig& config);

}  // namespace windhover::env
