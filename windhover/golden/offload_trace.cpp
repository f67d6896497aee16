#include "windhover/golden/offload_trace.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "windhover/golden/offload_tape.hpp"

namespace windhover::golden {
namespace {

/// Keeps the largest difference of each sort and the place of the largest of all.
class Differences {
 public:
  void value(double TraceErrors::*sort, double computed, double recorded, std::string_view name) {
    note(errors_.*sort, std::abs(computed - recorded), name, computed, recorded);
  }

  void flag(bool computed, bool recorded) {
    if (computed == recorded) return;
    ++errors_.flags;
    double ignored = 0;
    note(ignored, 1, "terminated", computed ? 1 : 0, recorded ? 1 : 0);
  }

  void observation(std::span<const float> computed, std::span<const double> recorded) {
    for (std::size_t index = 0; index < computed.size(); ++index) {
      const auto value = static_cast<double>(computed[index]);
      note(errors_.observation, std::abs(value - recorded[index]), "observation", value, recorded[index],
           index);
    }
  }

  void enter_episode(int episode) { place_ = fmt::format("episode {}", episode); }
  void enter_step(int episode, int step) {
    place_ = fmt::format("episode {}, step {}", episode, step);
    ++errors_.steps;
  }
  void leave_episode() { ++errors_.episodes; }

  [[nodiscard]] TraceErrors take() { return std::move(errors_); }

 private:
  void note(double& sort, double error, std::string_view name, double computed, double recorded,
            std::optional<std::size_t> index = std::nullopt) {
    if (std::isnan(error)) error = std::numeric_limits<double>::infinity();
    sort = std::max(sort, error);
    if (error <= largest_) return;
    largest_ = error;
    const std::string what = index ? fmt::format("{}[{}]", name, *index) : std::string(name);
    errors_.worst = fmt::format("{}: {} is {}, recorded {}", place_, what, computed, recorded);
  }

  TraceErrors errors_;
  double largest_ = 0;
  std::string place_;
};

/// The UAVs of one episode, driven from the tape.
class Replay {
 public:
  explicit Replay(const Tape& tape) : tape_(tape), states_(tape.velocities_kmh.size()) {
    observation_.resize(static_cast<std::size_t>(env::OffloadEnv::observation_size(tape.config)));
    const bool shared = env::OffloadEnv::resource_is_shared(tape.config, tape.mode);
    const std::size_t pools = shared ? 1 : states_.size();
    for (std::size_t index = 0; index < pools; ++index) pools_.emplace_back(tape.config);
  }

  Result<void> prepare() {
    for (const double velocity : tape_.velocities_kmh) {
      auto parameters = env::OffloadEnv::make_parameters(tape_.config, velocity, tape_.mode);
      if (!parameters) return tl::make_unexpected(std::move(parameters).error());
      parameters_.push_back(*parameters);
    }
    return {};
  }

  void start(const RecordedEpisode& episode, Differences& differences) {
    for (env::CloudPool& pool : pools_) pool.refill();
    for (std::size_t worker = 0; worker < states_.size(); ++worker) {
      env::OffloadEnv::reset(parameters_[worker], episode.initial[worker], states_[worker]);
      env::OffloadEnv::observe(parameters_[worker], states_[worker], observation_);
      differences.observation(observation_, episode.initial_observation[worker]);
    }
  }

  /// Returns the reward. Error: the worker's episode is already over.
  Result<double> step(const RecordedStep& recorded, Differences& differences) {
    const auto worker = static_cast<std::size_t>(recorded.worker);
    env::OffloadState& state = states_[worker];
    if (state.epochs_left == 0) return failure("a step is recorded after the end of the episode");
    env::CloudPool& pool = pools_.size() == 1 ? pools_.front() : pools_[worker];
    const auto outcome =
        env::OffloadEnv::step(parameters_[worker], pool, recorded.action, recorded.next, state);
    env::OffloadEnv::observe(parameters_[worker], state, observation_);
    differences.observation(observation_, recorded.observation);
    differences.value(&TraceErrors::reward, outcome.reward, recorded.reward, "reward");
    differences.flag(outcome.terminated, recorded.terminated);
    if (recorded.local_units_free) {
      differences.value(&TraceErrors::units_free, state.local_units_free, *recorded.local_units_free,
                        "local_units_free");
    }
    if (recorded.cloud_units_free) {
      differences.value(&TraceErrors::units_free, pool.free(), *recorded.cloud_units_free,
                        "cloud units free");
    }
    return outcome.reward;
  }

 private:
  const Tape& tape_;
  std::vector<env::OffloadState> states_;
  std::deque<env::CloudPool> pools_;
  std::vector<env::OffloadParameters> parameters_;
  std::vector<float> observation_;
};

Result<void> replay_episode(const RecordedEpisode& episode, int number, Replay& replay,
                            Differences& differences) {
  differences.enter_episode(number);
  replay.start(episode, differences);
  double episode_return = 0;
  int index = 0;
  for (const RecordedStep& step : episode.steps) {
    differences.enter_step(number, index);
    const auto reward = replay.step(step, differences);
    if (!reward) return in_context(fmt::format("episode {}, step {}", number, index), reward.error());
    episode_return += *reward;
    ++index;
  }
  differences.enter_episode(number);
  if (episode.episode_return) {
    differences.value(&TraceErrors::reward, episode_return, *episode.episode_return, "return");
  }
  differences.leave_episode();
  return {};
}

/// The difference of a row's `key` from `computed`, 0 if the row does not have it.
double channel_error(JsonWalker& walker, const Json& row, const char* key, double computed) {
  if (!JsonWalker::has(row, key)) return 0;
  const double recorded = walker.number_at(row, key);
  return std::abs(computed - recorded) / std::max(1.0, std::abs(recorded));
}

double check_row(JsonWalker& walker, const env::OffloadConfig& config, const Json& row) {
  const double velocity = walker.number_at(row, "velocity_kmh");
  const auto parameters = env::OffloadEnv::make_parameters(config, velocity, env::Mode::evaluation);
  if (!parameters) {
    walker.fail(parameters.error().message);
    return 0;
  }
  const env::Channel& channel = parameters->channel;
  walker.number_at(row, "bad_to_good");
  walker.number_at(row, "good_to_bad");
  return std::max({channel_error(walker, row, "doppler_hz", channel.doppler_hz),
                   channel_error(walker, row, "bad_to_good_raw", channel.bad_to_good_raw),
                   channel_error(walker, row, "good_to_bad_raw", channel.good_to_bad_raw),
                   channel_error(walker, row, "bad_to_good", channel.bad_to_good),
                   channel_error(walker, row, "good_to_bad", channel.good_to_bad)});
}

}  // namespace

double TraceErrors::largest() const {
  return std::max({observation, reward, units_free, flags > 0 ? 1.0 : 0.0});
}

Result<TraceErrors> replay_trace(const Json& file) {
  const auto tape = read_tape(file);
  if (!tape) return tl::make_unexpected(tape.error());
  Replay replay(*tape);
  WINDHOVER_RETURN_IF_ERROR(replay.prepare());
  Differences differences;
  int number = 0;
  for (const RecordedEpisode& episode : tape->episodes) {
    WINDHOVER_RETURN_IF_ERROR(replay_episode(episode, number, replay, differences));
    ++number;
  }
  return differences.take();
}

Result<double> check_channel(const Json& file) {
  JsonWalker walker;
  walker.expect_kind(file, channel_kind);
  const env::OffloadConfig config = read_config(walker, file);
  double largest = 0;
  int number = 0;
  for (const Json& row : walker.list(file, "rows")) {
    if (!walker.ok()) break;
    walker.set_place(fmt::format("row {}", number++));
    largest = std::max(largest, check_row(walker, config, row));
  }
  WINDHOVER_RETURN_IF_ERROR(walker.result());
  return largest;
}

}  // namespace windhover::golden
