#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/contract.hpp"
#include "windhover/core/random.hpp"
#include "windhover/core/result.hpp"
#include "windhover/env/channel.hpp"
#include "windhover/env/cloud_pool.hpp"
#include "windhover/env/concept.hpp"
#include "windhover/env/hidden.hpp"
#include "windhover/env/linear_program.hpp"
#include "windhover/env/offload_config.hpp"
#include "windhover/env/task_queue.hpp"
#include "windhover/env/velocities.hpp"

namespace windhover::env {

enum class OffloadAction : int { local = 0, offload = 1, discard = 2 };

/// What a member of OffloadEnv needs at each step, computed once from its configuration and velocity.
struct OffloadParameters {
  int local_units = 0;
  int episode_epochs = 0;
  int slots = 0;
  std::uint32_t first_task_units = 0;  ///< largest task at reset
  std::uint32_t later_task_units = 0;  ///< largest task afterwards
  std::uint32_t task_epochs = 0;
  Channel channel;
  double reward_scale = 0;
  bool cloud_released = true;
  bool flags_keep_last_outcome = false;
  int threshold_local_epochs = 0;
  int threshold_cloud_epochs = 0;

  // Of the observation; factors are reciprocals of the largest values.
  float local_units_factor = 0;
  float epochs_left_factor = 0;
  float task_units_factor = 0;
  float task_epochs_factor = 0;
  float velocity_context = 0;
  float compute_context = 0;
};

/// One UAV. The cloud's free units are not here: they are shared.
struct OffloadState {
  int local_units_free = 0;
  int epochs_left = 0;
  Task task;  ///< the one that waits for a decision
  bool channel_good = false;
  bool local_ok = false;
  bool offload_ok = false;
  TaskQueue local;
  TaskQueue cloud;
};

/// Everything random about one step, in the order it is drawn: the next task, and the channel after its move.
struct OffloadDraw {
  Task task;
  bool channel_good = false;
  friend bool operator==(const OffloadDraw&, const OffloadDraw&) = default;
};

/// A UAV with a small edge server decides where each arriving task runs: itself, a cloud that all UAVs share
/// and that only a good channel reaches, or nowhere. Reward comes when a task completes. Condition: the
/// velocity in km/h.
///
/// A step: the action is applied to the waiting task, which starts if there is room for it; a new task
/// arrives and the hidden channel moves (the draw); an epoch passes, and tasks with one epoch left complete,
/// so that one accepted in this step may; the reward is reward_scale times the units of completed tasks.
///
/// Observation, 8 + 2 slots values in [0, 1], each relative to its largest: free local units, epochs left;
/// units of the local queue (slots values), epochs of the local queue (slots values); units and epochs of the
/// waiting task; local_ok, offload_ok; velocity context, compute context. The channel and the pool are never
/// observed.
struct OffloadEnv {
  using Config = OffloadConfig;
  using Parameters = OffloadParameters;
  using State = OffloadState;
  using Draw = OffloadDraw;
  using Resource = CloudPool;

  static std::string_view name() { return "offload"; }
  static std::string_view summary();
  static Condition condition() { return {.name = "velocity_kmh", .label = "velocity", .unit = "km/h"}; }
  static std::vector<std::string> action_names() { return {"local", "offload", "discard"}; }
  static std::vector<Profile<Config>> profiles() { return offload_profiles(); }
  static int observation_size(const Config& config) { return 8 + 2 * config.slots; }
  static int episode_limit(const Config& config) { return config.episode_epochs; }
  static ObservationBounds observation_bounds() { return {0.0F, 1.0F}; }

  /// Error: a velocity that is negative, not finite, or beyond 1e6 km/h.
  static Result<Parameters> make_parameters(const Config& config, double velocity_kmh, Mode mode);
  static bool resource_is_shared(const Config& config, Mode mode);
  static double reward_sharing(const Config& config) { return config.reward_sharing; }
  static int evaluation_members(const Config& config, int workers);
  static bool sampled_first(const Config& config) { return config.sampled_first; }
  static std::vector<std::string> learner_fields() {
    return {"velocity_context_offset", "velocity_context_scale", "compute_context_scale", "sampled_first",
            "reward_sharing"};
  }
  static std::vector<double> default_conditions(int workers);
  static std::vector<double> conditions_from_base(double base_kmh, int workers) {
    return training_velocities(base_kmh, workers);
  }
  static std::vector<double> test_conditions() { return {5, 10, 15, 20, 25, 30, 50, 75, 100}; }

  /// Where the channel or the observation tells no velocities apart (docs/environments/offload.md).
  static std::vector<std::string> condition_warnings(const Config& config,
                                                     std::span<const double> velocities_kmh);
  static std::span<const SimplePolicy<Parameters, State>> simple_policies();
  static std::vector<std::string> observation_names(const Config& config);
  /// The channel, the UAV's tasks in the cloud, and what is free there.
  static std::span<const HiddenQuantity<Parameters, State, CloudPool>> hidden_quantities();
  static bool valid(const Parameters& parameters, const State& state);

  /// The rule `threshold` with its two numbers to be searched.
  static TunablePolicy<Config> tunable_policy(const Config& config);

  /// The linear relaxation of an episode (relaxation.hpp): every task, channel state and capacity is known in
  /// advance, and parts of tasks may run. One variable in [0, 1] for each task that would complete within the
  /// episode and each place that can take it, the cloud only from a good channel; together at most 1 a task.
  /// At every step, in the order in which a fleet takes and returns units within a tick, the UAV's units, the
  /// pool's units and the slots of both queues bound what holds them. A pool that is not returned holds what
  /// it took to the end. The maximum is the fleet's mean return per UAV. Only parts of tasks make it larger
  /// than what foresight could earn.
  static LinearProgram relaxation(const Config& config, std::span<const Parameters> members,
                                  std::span<const State> course);

  static Draw draw_initial(const Parameters& parameters, Stream& stream);
  static Draw draw_next(const Parameters& parameters, const State& state, Stream& stream);
  static void reset(const Parameters& parameters, const Draw& draw, State& state);
  static StepOutcome step(const Parameters& parameters, CloudPool& pool, int action, const Draw& next,
                          State& state);
  static void observe(const Parameters& parameters, const State& state, std::span<float> observation);

  /// Whether the waiting task can start on the UAV now.
  static bool fits(const Parameters& parameters, const State& state) {
    return state.local_units_free >= state.task.units && state.local.size() < parameters.slots;
  }

 private:
  static void place_task(const Parameters& parameters, CloudPool& pool, int action, State& state);
};

// The rest is defined here so that it is inlined into the loop over a group's members.

namespace detail {

/// Uniform on 1 .. bound, starting from a word at hand; the rare rejection goes on with fresh words.
/// Source: Lemire, "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019.
inline std::uint16_t uniform_from_one(std::uint32_t word, std::uint32_t bound, Stream& stream) {
  std::uint64_t product = std::uint64_t{word} * bound;
  if (static_cast<std::uint32_t>(product) < bound) [[unlikely]] {
    const std::uint32_t threshold = (0U - bound) % bound;
    while (static_cast<std::uint32_t>(product) < threshold)
      product = std::uint64_t{stream.next_word()} * bound;
  }
  return static_cast<std::uint16_t>((product >> 32) + 1);
}

/// Units, epochs, channel, from one block.
inline OffloadDraw draw_offload(std::uint32_t max_units, std::uint32_t max_epochs, double good,
                                Stream& stream) {
  const PhiloxCounter words = stream.next_block();
  OffloadDraw draw;
  draw.task.units = uniform_from_one(words[0], max_units, stream);
  draw.task.epochs = uniform_from_one(words[1], max_epochs, stream);
  draw.channel_good = Stream::uniform_from(words[2], words[3]) < good;
  return draw;
}

}  // namespace detail

inline OffloadDraw OffloadEnv::draw_initial(const Parameters& parameters, Stream& stream) {
  return detail::draw_offload(parameters.first_task_units, parameters.task_epochs,
                              parameters.channel.initially_good, stream);
}

inline OffloadDraw OffloadEnv::draw_next(const Parameters& parameters, const State& state, Stream& stream) {
  const double good =
      state.channel_good ? 1 - parameters.channel.good_to_bad : parameters.channel.bad_to_good;
  return detail::draw_offload(parameters.later_task_units, parameters.task_epochs, good, stream);
}

inline void OffloadEnv::reset(const Parameters& parameters, const Draw& draw, State& state) {
  state.local_units_free = parameters.local_units;
  state.epochs_left = parameters.episode_epochs;
  state.task = draw.task;
  state.channel_good = draw.channel_good;
  state.local_ok = false;
  state.offload_ok = false;
  state.local.clear();
  state.cloud.clear();
}

inline void OffloadEnv::place_task(const Parameters& parameters, CloudPool& pool, int action, State& state) {
  if (!parameters.flags_keep_last_outcome) {
    state.local_ok = false;
    state.offload_ok = false;
  }
  switch (static_cast<OffloadAction>(action)) {
    case OffloadAction::local:
      state.local_ok = fits(parameters, state);
      if (!state.local_ok) return;
      state.local_units_free -= state.task.units;
      state.local.append(state.task);
      return;
    case OffloadAction::offload:
      state.offload_ok =
          state.channel_good && state.cloud.size() < parameters.slots && pool.take(state.task.units);
      if (state.offload_ok) state.cloud.append(state.task);
      return;
    case OffloadAction::discard:
      return;
  }
  contract_violation("action is one of local, offload, discard", std::to_string(action), __FILE__, __LINE__);
}

inline StepOutcome OffloadEnv::step(const Parameters& parameters, CloudPool& pool, int action,
                                    const Draw& next, State& state) {
  place_task(parameters, pool, action, state);
  state.task = next.task;
  state.channel_good = next.channel_good;
  --state.epochs_left;
  const int local_units = state.local.advance();
  const int cloud_units = state.cloud.advance();
  state.local_units_free += local_units;
  if (parameters.cloud_released && cloud_units > 0) pool.give_back(cloud_units);
  const double reward = parameters.reward_scale * (local_units + cloud_units);
  return {
      .reward = reward, .learner_reward = reward, .terminated = state.epochs_left == 0, .truncated = false};
}

inline void OffloadEnv::observe(const Parameters& parameters, const State& state,
                                std::span<float> observation) {
  const auto slots = static_cast<std::size_t>(parameters.slots);
  observation[0] = static_cast<float>(state.local_units_free) * parameters.local_units_factor;
  observation[1] = static_cast<float>(state.epochs_left) * parameters.epochs_left_factor;
  state.local.observe(parameters.task_units_factor, parameters.task_epochs_factor,
                      observation.subspan(2, slots), observation.subspan(2 + slots, slots));
  const std::span<float> rest = observation.subspan(2 + 2 * slots, 6);
  rest[0] = static_cast<float>(state.task.units) * parameters.task_units_factor;
  rest[1] = static_cast<float>(state.task.epochs) * parameters.task_epochs_factor;
  rest[2] = state.local_ok ? 1.0F : 0.0F;
  rest[3] = state.offload_ok ? 1.0F : 0.0F;
  rest[4] = parameters.velocity_context;
  rest[5] = parameters.compute_context;
}

}  // namespace windhover::env
