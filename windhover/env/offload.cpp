#include "windhover/env/offload.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "windhover/env/velocities.hpp"

namespace windhover::env {
namespace {

static_assert(Environment<OffloadEnv>);

using Parameters = OffloadParameters;
using State = OffloadState;

constexpr double largest_velocity_kmh = 1e6;
constexpr double published_base_velocity = 5;  // km/h
constexpr int local_action = static_cast<int>(OffloadAction::local);
constexpr int offload_action = static_cast<int>(OffloadAction::offload);
constexpr int discard_action = static_cast<int>(OffloadAction::discard);

int always_discard(const Parameters& /*parameters*/, const State& /*state*/, Stream& /*stream*/) {
  return discard_action;
}

int always_local(const Parameters& /*parameters*/, const State& /*state*/, Stream& /*stream*/) {
  return local_action;
}

int always_offload(const Parameters& /*parameters*/, const State& /*state*/, Stream& /*stream*/) {
  return offload_action;
}

int uniformly_random(const Parameters& /*parameters*/, const State& /*state*/, Stream& stream) {
  return static_cast<int>(stream.uniform_below(3));
}

int local_first(const Parameters& parameters, const State& state, Stream& /*stream*/) {
  return OffloadEnv::fits(parameters, state) ? local_action : offload_action;
}

int threshold(const Parameters& parameters, const State& state, Stream& /*stream*/) {
  const int epochs = state.task.epochs;
  if (epochs > state.epochs_left) return discard_action;
  if (epochs <= parameters.threshold_local_epochs && OffloadEnv::fits(parameters, state)) return local_action;
  return epochs <= parameters.threshold_cloud_epochs ? offload_action : discard_action;
}

constexpr std::array<SimplePolicy<Parameters, State>, 6> policies = {{
    {"discard", always_discard},
    {"local", always_local},
    {"offload", always_offload},
    {"random", uniformly_random},
    {"local-first", local_first},
    {"threshold", threshold},
}};

constexpr std::array<HiddenQuantity<Parameters, State, CloudPool>, 4> hidden = {{
    {"channel_good", "1 if a task can be sent to the cloud now, else 0",
     [](const Parameters&, const State& state, const CloudPool&) { return state.channel_good ? 1.0 : 0.0; }},
    {"cloud_tasks", "tasks of this UAV that run in the cloud",
     [](const Parameters&, const State& state, const CloudPool&) {
       return static_cast<double>(state.cloud.size());
     }},
    {"cloud_task_units", "compute units that they hold there",
     [](const Parameters&, const State& state, const CloudPool&) {
       return static_cast<double>(state.cloud.units());
     }},
    {"cloud_units_free", "compute units of the cloud that nobody holds",
     [](const Parameters&, const State&, const CloudPool& pool) { return static_cast<double>(pool.free()); }},
}};

float reciprocal(int number) { return 1.0F / static_cast<float>(number); }

float clipped(double value) { return static_cast<float>(std::clamp(value, 0.0, 1.0)); }

}  // namespace

std::string_view OffloadEnv::summary() {
  return "A UAV runs each arriving task itself, sends it to a cloud that all UAVs share over a hidden "
         "channel, or drops it.";
}

Result<OffloadParameters> OffloadEnv::make_parameters(const Config& config, double velocity_kmh, Mode mode) {
  if (!std::isfinite(velocity_kmh) || velocity_kmh < 0 || velocity_kmh > largest_velocity_kmh) {
    return usage_error(fmt::format("the velocity is {} km/h, but must be between 0 and {}", velocity_kmh,
                                   largest_velocity_kmh));
  }
  Parameters parameters;
  parameters.local_units = config.local_units;
  parameters.episode_epochs = config.episode_epochs;
  parameters.slots = config.slots;
  parameters.first_task_units = static_cast<std::uint32_t>(config.max_task_units);
  parameters.later_task_units =
      parameters.first_task_units - (config.later_task_units_exclusive_maximum ? 1 : 0);
  parameters.task_epochs = static_cast<std::uint32_t>(config.max_task_epochs);
  parameters.channel = make_channel(config, velocity_kmh);
  parameters.reward_scale = config.reward_scale;
  parameters.cloud_released = mode == Mode::training || config.cloud_released_in_evaluation;
  parameters.flags_keep_last_outcome = config.flags_keep_last_outcome;
  parameters.threshold_local_epochs = config.threshold_local_epochs;
  parameters.threshold_cloud_epochs = config.threshold_cloud_epochs;
  parameters.local_units_factor = reciprocal(config.local_units);
  parameters.epochs_left_factor = reciprocal(config.episode_epochs);
  parameters.task_units_factor = reciprocal(config.max_task_units);
  parameters.task_epochs_factor = reciprocal(config.max_task_epochs);
  parameters.velocity_context =
      clipped((velocity_kmh - config.velocity_context_offset) / config.velocity_context_scale);
  parameters.compute_context = clipped(config.local_units / config.compute_context_scale);
  return parameters;
}

bool OffloadEnv::resource_is_shared(const Config& config, Mode mode) {
  return mode == Mode::training || config.evaluation_fleet;
}

int OffloadEnv::evaluation_members(const Config& config, int workers) {
  return config.evaluation_fleet ? workers : 1;
}

std::vector<double> OffloadEnv::default_conditions(int workers) {
  return training_velocities(published_base_velocity, workers);
}

std::span<const SimplePolicy<OffloadParameters, OffloadState>> OffloadEnv::simple_policies() {
  return policies;
}

std::vector<std::string> OffloadEnv::observation_names(const Config& config) {
  std::vector<std::string> names = {"local_units_free", "epochs_left"};
  for (const char* what : {"units", "epochs"}) {
    for (int slot = 0; slot < config.slots; ++slot)
      names.push_back(fmt::format("local_task_{}_{}", slot, what));
  }
  for (const char* name :
       {"task_units", "task_epochs", "local_ok", "offload_ok", "velocity_context", "compute_context"})
    names.emplace_back(name);
  return names;
}

std::span<const HiddenQuantity<OffloadParameters, OffloadState, CloudPool>> OffloadEnv::hidden_quantities() {
  return hidden;
}

TunablePolicy<OffloadConfig> OffloadEnv::tunable_policy(const Config& config) {
  return {"threshold", &Config::threshold_local_epochs, &Config::threshold_cloud_epochs,
          config.max_task_epochs};
}

bool OffloadEnv::valid(const Parameters& parameters, const State& state) {
  const auto between = [](int value, int lowest, int highest) { return lowest <= value && value <= highest; };
  return between(state.local_units_free, 0, parameters.local_units) &&
         between(state.epochs_left, 1, parameters.episode_epochs) && is_bool(state.channel_good) &&
         is_bool(state.local_ok) && is_bool(state.offload_ok) &&
         between(state.local.size(), 0, parameters.slots) && between(state.cloud.size(), 0, parameters.slots);
}

}  // namespace windhover::env
