#include "bench/peers/timing.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>

namespace windhover::peers {
namespace {

/// Processor time of this process, all of its threads, in seconds. Not the wall's: where others want the
/// processor too, a long update would be charged with their turns and a short one would not.
double processor_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Linear between the order statistics on both sides of `share`.
double quantile(const std::vector<double>& sorted, double share) {
  const double position = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(position));
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], position - std::floor(position));
}

/// What one rollout took, microseconds.
struct RolloutTimes {
  double act = 0, learn = 0;
};

RolloutTimes time_rollout(Peer& peer, const Experience& experience) {
  const double start = processor_seconds();
  for (std::size_t step = 0; step < experience.steps(); ++step) {
    static_cast<void>(peer.act(experience.observation(step), experience.draws[step]));
  }
  const double acted = processor_seconds();
  learn_from(peer, experience);
  return {1e6 * (acted - start), 1e6 * (processor_seconds() - acted)};
}

/// One repeat of one peer.
void time_repeat(Peer& peer, std::span<const Experience> experience, double seconds, Timings& timings) {
  for (const Experience& warming_up : experience.first(std::min<std::size_t>(2, experience.size()))) {
    time_rollout(peer, warming_up);
  }
  std::vector<double> act, learn, update;
  const double end = processor_seconds() + seconds;
  for (std::size_t i = 0; update.empty() || processor_seconds() < end; ++i) {
    const Experience& rollout = experience[i % experience.size()];
    const RolloutTimes times = time_rollout(peer, rollout);
    act.push_back(times.act / static_cast<double>(rollout.steps()));
    learn.push_back(times.learn);
    update.push_back(times.act + times.learn);
  }
  timings.act.push_back(spread_of(std::move(act)).median);
  timings.learn.push_back(spread_of(std::move(learn)).median);
  timings.update.push_back(spread_of(std::move(update)).median);
}

}  // namespace

Spread spread_of(std::vector<double> values) {
  std::ranges::sort(values);
  return {quantile(values, 0.5), quantile(values, 0.25), quantile(values, 0.75), values.front(),
          values.back()};
}

double Timings::steps_per_second(int rollout) const { return 1e6 * rollout / spread_of(update).median; }

Spread ratio(const std::vector<double>& times, const std::vector<double>& reference) {
  std::vector<double> ratios(times.size());
  std::ranges::transform(times, reference, ratios.begin(), std::divides<>());
  return spread_of(std::move(ratios));
}

std::vector<Timings> time_in_turns(std::span<const std::unique_ptr<Peer>> peers,
                                   std::span<const Experience> experience, int repeats, double seconds) {
  std::vector<Timings> timings(peers.size());
  for (std::size_t i = 0; i < peers.size(); ++i) timings[i].name = peers[i]->name();
  for (int repeat = 0; repeat < repeats; ++repeat) {
    for (std::size_t turn = 0; turn < peers.size(); ++turn) {
      const std::size_t i = (turn + static_cast<std::size_t>(repeat)) % peers.size();
      time_repeat(*peers[i], experience, seconds, timings[i]);
    }
  }
  return timings;
}

}  // namespace windhover::peers
