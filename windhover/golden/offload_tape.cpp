#include "windhover/golden/offload_tape.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "windhover/golden/offload_trace.hpp"

namespace windhover::golden {
namespace {

env::Mode read_mode(JsonWalker& walker, const Json& file) {
  const std::string setting = walker.text_at(file, "setting");
  if (setting.starts_with("training")) return env::Mode::training;
  if (!setting.starts_with("evaluation")) {
    walker.fail(fmt::format("'setting' is '{}', but must start with 'training' or 'evaluation'", setting));
  }
  return env::Mode::evaluation;
}

std::vector<double> read_velocities(JsonWalker& walker, const Json& file) {
  if (!JsonWalker::has(file, "velocities_kmh")) return {walker.number_at(file, "velocity_kmh")};
  std::vector<double> velocities;
  for (const Json& velocity : walker.list(file, "velocities_kmh")) {
    velocities.push_back(walker.number(velocity, "velocities_kmh"));
  }
  return velocities;
}

env::OffloadDraw read_draw(JsonWalker& walker, const env::OffloadConfig& config, const Json& object) {
  env::OffloadDraw draw;
  draw.task.units =
      static_cast<std::uint16_t>(walker.integer_at(object, "task_units", 1, config.max_task_units));
  draw.task.epochs =
      static_cast<std::uint16_t>(walker.integer_at(object, "task_epochs", 1, config.max_task_epochs));
  draw.channel_good = walker.flag_at(object, "channel_good");
  return draw;
}

std::vector<double> read_observation(JsonWalker& walker, const env::OffloadConfig& config, const Json& list) {
  const auto size = static_cast<std::size_t>(env::OffloadEnv::observation_size(config));
  std::vector<double> observation;
  if (!list.is_array() || list.size() != size) {
    walker.fail(fmt::format("an observation must be a list of {} numbers", size));
    return observation;
  }
  for (const Json& value : list) observation.push_back(walker.number(value, "observation"));
  return observation;
}

std::optional<double> read_optional(JsonWalker& walker, const Json& object, const char* key) {
  if (!JsonWalker::has(object, key)) return std::nullopt;
  return walker.number_at(object, key);
}

RecordedStep read_step(JsonWalker& walker, const Tape& tape, const Json& object) {
  RecordedStep step;
  const auto last_worker = static_cast<int>(tape.velocities_kmh.size()) - 1;
  if (last_worker > 0 || JsonWalker::has(object, "worker")) {
    step.worker = walker.integer_at(object, "worker", 0, last_worker);
  }
  step.action = walker.integer_at(object, "action", 0, 2);
  step.next = read_draw(walker, tape.config, walker.at(object, "next"));
  step.observation = read_observation(walker, tape.config, walker.at(object, "observation"));
  step.reward = walker.number_at(object, "reward");
  step.terminated = walker.flag_at(object, "terminated");
  step.local_units_free = read_optional(walker, object, "local_units_free");
  step.cloud_units_free = read_optional(walker, object, "cloud_units_free");
  if (!step.cloud_units_free) step.cloud_units_free = read_optional(walker, object, "pool_units_free");
  return step;
}

/// `initial` and `initial_observation` are one entry, or a list with one a worker.
void read_start(JsonWalker& walker, const Tape& tape, const Json& object, RecordedEpisode& episode) {
  const Json& initial = walker.at(object, "initial");
  const Json& observation = walker.at(object, "initial_observation");
  if (initial.is_object()) {
    episode.initial.push_back(read_draw(walker, tape.config, initial));
    episode.initial_observation.push_back(read_observation(walker, tape.config, observation));
  } else if (initial.is_array() && observation.is_array()) {
    for (const Json& one : initial) episode.initial.push_back(read_draw(walker, tape.config, one));
    for (const Json& one : observation) {
      episode.initial_observation.push_back(read_observation(walker, tape.config, one));
    }
  }
  if (episode.initial.size() != tape.velocities_kmh.size() ||
      episode.initial_observation.size() != tape.velocities_kmh.size()) {
    walker.fail("'initial' and 'initial_observation' must have one entry a worker");
  }
}

RecordedEpisode read_episode(JsonWalker& walker, const Tape& tape, const Json& object, std::size_t number) {
  RecordedEpisode episode;
  walker.set_place(fmt::format("episode {}", number));
  read_start(walker, tape, object, episode);
  if (tape.velocities_kmh.size() == 1) episode.episode_return = read_optional(walker, object, "return");
  for (const Json& step : walker.list(object, "steps")) {
    if (!walker.ok()) break;
    walker.set_place(fmt::format("episode {}, step {}", number, episode.steps.size()));
    episode.steps.push_back(read_step(walker, tape, step));
  }
  return episode;
}

}  // namespace

env::OffloadConfig read_config(JsonWalker& walker, const Json& file) {
  const std::string name = walker.text_at(file, "profile");
  if (!walker.ok()) return {};
  for (auto& profile : env::offload_profiles()) {
    if (profile.name != name) continue;
    for (const auto& [key, value] : file.items()) {
      if (!fields::contains<env::OffloadConfig>(key)) continue;
      const auto set = fields::set(profile.config, key, value);
      if (!set) walker.fail(set.error().message);
    }
    return profile.config;
  }
  walker.fail(fmt::format("'{}' is not a profile of OffloadEnv", name));
  return {};
}

Result<Tape> read_tape(const Json& file) {
  JsonWalker walker;
  walker.expect_kind(file, trace_kind);
  Tape tape;
  tape.config = read_config(walker, file);
  tape.mode = read_mode(walker, file);
  tape.velocities_kmh = read_velocities(walker, file);
  for (const Json& episode : walker.list(file, "episodes")) {
    if (!walker.ok()) break;
    tape.episodes.push_back(read_episode(walker, tape, episode, tape.episodes.size()));
  }
  WINDHOVER_RETURN_IF_ERROR(walker.result());
  return tape;
}

}  // namespace windhover::golden
