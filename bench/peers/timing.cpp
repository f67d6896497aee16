#include "bench/peers/timing.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace windhover::peers {
namespace {

using Clock = std::chrono::steady_clock;

double microseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

/// Linear between the order statistics on both sides of `share`.
double quantile(const std::vector<double>& sorted, double share) {
  const double position = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(position));
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], position - std::floor(position));
}

/// What one rollout took.
struct RolloutTimes {
  double act = 0, learn = 0;
};

RolloutTimes time_rollout(Peer& peer, const Experience& experience) {
  const auto start = Clock::now();
  for (std::size_t step = 0; step < experience.steps(); ++step) {
    static_cast<void>(peer.act(experience.observation(step), experience.draws[step]));
  }
  const auto acted = Clock::now();
  learn_from(peer, experience);
  return {microseconds(acted - start), microseconds(Clock::now() - acted)};
}

/// One repeat of one peer.
void time_repeat(Peer& peer, std::span<const Experience> experience, double seconds, Timings& timings) {
  for (const Experience& warming_up : experience.first(std::min<std::size_t>(2, experience.size()))) {
    time_rollout(peer, warming_up);
  }
  std::vector<double> act, learn, update;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  for (std::size_t i = 0; update.empty() || Clock::now() < end; ++i) {
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
