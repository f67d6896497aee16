#include "windhover/golden/updates.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "windhover/golden/json_walker.hpp"
#include "windhover/nn/adam.hpp"
#include "windhover/rl/learning_pass.hpp"
#include "windhover/rl/parameter_history.hpp"
#include "windhover/rl/policy.hpp"
#include "windhover/rl/training_base.hpp"

namespace windhover::golden {
namespace {

using Numbers = std::vector<double>;
using Tensors = std::map<std::string, Numbers>;  ///< in PyTorch's order

struct RecordedRollout {
  Numbers observations, rewards, initial_hidden;
  std::vector<int> actions;
  bool terminated = false;
  double bootstrap = 0;
};

/// What both kinds of file start with.
struct Recording {
  nn::Architecture architecture;
  rl::LearnerConfig config;
  Tensors parameters;
};

// ---- reading
// ----------------------------------------------------------------------------------------------------

Numbers numbers_at(JsonWalker& walker, const Json& object, const char* key, std::size_t count) {
  const Json& list = walker.at(object, key);
  if (!list.is_array() || list.size() != count) {
    walker.fail(fmt::format("'{}' must be a list of {} numbers", key, count));
    return Numbers(count);
  }
  Numbers numbers;
  for (const Json& value : list) numbers.push_back(walker.number(value, key));
  return numbers;
}

Tensors read_tensors(JsonWalker& walker, const Json& object, const char* key, const nn::Layout& layout) {
  const Json& tensors = walker.at(object, key);
  Tensors read;
  for (const auto& tensor : layout.tensors()) {
    const Json& entry = walker.at(tensors, tensor.name.c_str());
    if (walker.at(entry, "shape") != Json(tensor.shape)) {
      walker.fail(
          fmt::format("'{}' of '{}' must have shape {}", tensor.name, key, Json(tensor.shape).dump()));
    }
    if (!walker.ok()) return {};
    read[tensor.name] = numbers_at(walker, entry, "data", tensor.size());
  }
  if (tensors.size() != layout.tensors().size())
    walker.fail(fmt::format("'{}' has tensors that the network lacks", key));
  return read;
}

Recording read_recording(JsonWalker& walker, const Json& file, const char* kind) {
  Recording recording;
  walker.expect_kind(file, kind);
  constexpr int largest = 4096;
  recording.architecture = {.observations = walker.integer_at(file, "state_dim", 1, largest),
                            .actions = walker.integer_at(file, "action_dim", 1, largest),
                            .hidden = walker.integer_at(file, "hidden_dim", 1, largest),
                            .recurrent = walker.flag_at(file, "recurrent"),
                            .layer_norm = walker.flag_at(file, "layer_norm"),
                            .layer_norm_epsilon = walker.number_at(file, "layer_norm_eps")};
  recording.config.rollout = walker.integer_at(file, "rollout_length", 1, 10000);
  if (const auto set = fields::set_all(recording.config, walker.at(file, "hyperparameters")); !set) {
    walker.fail("'hyperparameters': " + set.error().message);
  }
  if (walker.ok()) {
    recording.parameters =
        read_tensors(walker, file, "parameters_before", nn::Layout(recording.architecture));
  }
  return recording;
}

RecordedRollout read_rollout(JsonWalker& walker, const Json& object, const Recording& recording) {
  const Json& json = walker.at(object, "rollout");
  const Json& actions = walker.list(json, "actions");
  const std::size_t steps = actions.size();
  const auto& architecture = recording.architecture;
  if (steps > static_cast<std::size_t>(recording.config.rollout))
    walker.fail("the rollout is longer than 'rollout_length'");
  RecordedRollout rollout;
  rollout.observations =
      numbers_at(walker, json, "observations", steps * static_cast<std::size_t>(architecture.observations));
  rollout.rewards = numbers_at(walker, json, "rewards", steps);
  if (architecture.recurrent) {
    rollout.initial_hidden =
        numbers_at(walker, json, "initial_hidden", static_cast<std::size_t>(architecture.hidden));
  }
  rollout.bootstrap = walker.number_at(json, "bootstrap_value");
  for (const Json& action : actions) {
    const double number = walker.number(action, "actions");
    if (number < 0 || number >= architecture.actions || number != std::floor(number)) {
      walker.fail(fmt::format("an action is {}, but must be below {}", number, architecture.actions));
      return rollout;
    }
    rollout.actions.push_back(static_cast<int>(number));
  }
  const Json& terminated = walker.list(json, "terminated");
  for (std::size_t t = 0; t < terminated.size(); ++t) {
    const bool set = terminated[t].is_boolean() ? terminated[t].get<bool>()
                                                : walker.number(terminated[t], "terminated") != 0;
    if (set && t + 1 < steps) walker.fail("'terminated' is set before the rollout's last step");
    rollout.terminated = set;
  }
  if (terminated.size() != steps) walker.fail(fmt::format("'terminated' must have {} entries", steps));
  return rollout;
}

// ---- replaying
// ----------------------------------------------------------------------------------------------------

template <class T>
void load_parameters(std::span<T> arena, const nn::Layout& layout, const Tensors& tensors) {
  for (const auto& tensor : layout.tensors()) {
    const Numbers& data = tensors.at(tensor.name);
    std::size_t element = 0;
    for (int output = 0; output < tensor.outputs(); ++output) {
      for (int input = 0; input < tensor.inputs(); ++input) {
        arena[tensor.index(output, input)] = static_cast<T>(data[element++]);
      }
    }
  }
}

/// Lets the recorded observations and actions pass through the network, as a worker would have acted.
template <class T>
void replay(rl::Rollout<T>& rollout, const RecordedRollout& recorded, const nn::Network<T>& network,
            std::span<const T> parameters) {
  const auto& architecture = network.layout().architecture();
  const auto cast = [](double value) { return static_cast<T>(value); };
  rollout.start_episode();
  rollout.length = static_cast<int>(recorded.actions.size());
  rollout.terminated = recorded.terminated;
  rollout.actions.assign(recorded.actions.begin(), recorded.actions.end());
  rollout.rewards.clear();
  std::ranges::transform(recorded.rewards, std::back_inserter(rollout.rewards), cast);
  auto& activations = rollout.activations;
  std::ranges::transform(recorded.observations, activations.observations(0, rollout.length).begin(), cast);
  if (architecture.recurrent)
    std::ranges::transform(recorded.initial_hidden, activations.hidden_before(0).begin(), cast);
  for (int step = 0; step < rollout.length; ++step) network.forward(parameters, activations, step, 1);
  const auto count =
      static_cast<std::size_t>(rollout.length) * static_cast<std::size_t>(architecture.actions);
  rl::policy_distribution<T>(std::span<T>(rollout.probabilities).first(count),
                             std::span<T>(rollout.log_probabilities).first(count),
                             activations.heads(0, rollout.length), rollout.length, architecture.actions);
}

// ---- comparing
// ----------------------------------------------------------------------------------------------------

/// Keeps the largest error in one number format.
template <class T>
class Discrepancies {
 public:
  void set_place(std::string place) { place_ = std::move(place); }

  template <class Actual>
  void compare(const std::string& what, const Actual& actual, const Numbers& expected) {
    double largest = 1.0;
    for (const double value : expected) largest = std::max(largest, std::abs(value));
    for (std::size_t i = 0; i < expected.size(); ++i) {
      // In float an element is measured against its tensor, in double against itself.
      const double scale = std::is_same_v<T, float> ? largest : std::max(1.0, std::abs(expected[i]));
      note(what, std::abs(static_cast<double>(actual[i]) - expected[i]) / scale);
    }
  }

  void compare_tensors(const std::string& what, const nn::Layout& layout, std::span<const T> arena, T factor,
                       const Tensors& expected) {
    for (const auto& tensor : layout.tensors()) {
      std::vector<T> actual;
      for (int output = 0; output < tensor.outputs(); ++output) {
        for (int input = 0; input < tensor.inputs(); ++input)
          actual.push_back(factor * arena[tensor.index(output, input)]);
      }
      compare(what + " " + tensor.name, actual, expected.at(tensor.name));
    }
  }

  [[nodiscard]] double error() const { return error_; }
  [[nodiscard]] const std::string& worst() const { return worst_; }

 private:
  void note(const std::string& what, double error) {
    if (std::isnan(error)) error = std::numeric_limits<double>::infinity();
    if (error <= error_) return;
    error_ = error;
    worst_ = place_ + ": " + what;
  }

  std::string place_, worst_;
  double error_ = 0;
};

/// One recorded update: the inputs and everything that must come out.
struct RecordedUpdate {
  RecordedRollout rollout;
  Numbers logits, values, final_hidden, returns, advantages;
  double policy_loss = 0, value_loss = 0, entropy = 0, total_loss = 0, gradient_norm = 0;
  Tensors clipped_gradients, parameters_after;  ///< empty where not recorded
};

RecordedUpdate read_update(JsonWalker& walker, const Json& json, const Recording& recording,
                           const nn::Layout& layout) {
  RecordedUpdate update;
  update.rollout = read_rollout(walker, json, recording);
  const std::size_t steps = update.rollout.actions.size();
  update.logits =
      numbers_at(walker, json, "logits", steps * static_cast<std::size_t>(recording.architecture.actions));
  update.values = numbers_at(walker, json, "values", steps);
  if (recording.architecture.recurrent) {
    update.final_hidden =
        numbers_at(walker, json, "final_hidden", static_cast<std::size_t>(recording.architecture.hidden));
  }
  update.returns = numbers_at(walker, json, "returns", steps);
  update.advantages = numbers_at(walker, json, "advantages", steps);
  update.policy_loss = walker.number_at(json, "policy_loss");
  update.value_loss = walker.number_at(json, "value_loss");
  update.entropy = walker.number_at(json, "entropy");
  update.total_loss = walker.number_at(json, "total_loss");
  update.gradient_norm = walker.number_at(json, "gradient_norm_before_clip");
  const auto recorded = [&](const char* key) {
    return JsonWalker::has(json, key) && !json.at(key).is_null();
  };
  if (recorded("clipped_gradients"))
    update.clipped_gradients = read_tensors(walker, json, "clipped_gradients", layout);
  if (recorded("parameters_after"))
    update.parameters_after = read_tensors(walker, json, "parameters_after", layout);
  return update;
}

template <class T>
void compare_forward(Discrepancies<T>& comparison, rl::Rollout<T>& rollout, const RecordedUpdate& update) {
  std::vector<T> logits, values;
  for (int step = 0; step < rollout.length; ++step) {
    const auto heads = rollout.activations.heads(step);
    logits.insert(logits.end(), heads.begin(), heads.end() - 1);
    values.push_back(heads.back());
  }
  comparison.compare("logits", logits, update.logits);
  comparison.compare("values", values, update.values);
  if (update.final_hidden.empty()) return;
  const auto hidden = rollout.activations.hidden_before(rollout.length);
  std::vector<T> carried(hidden.begin(), hidden.end());
  if (rollout.terminated) std::ranges::fill(carried, T{0});
  comparison.compare("final hidden state", carried, update.final_hidden);
}

template <class T>
Discrepancies<T> run_updates(const Recording& recording, const std::vector<RecordedUpdate>& updates) {
  rl::LearningPass<T> pass(recording.architecture, recording.config);
  const nn::Layout& layout = pass.network().layout();
  nn::AlignedVector<T> parameters(layout.arena_size());
  load_parameters<T>(parameters, layout, recording.parameters);
  nn::Adam<T> adam(rl::adam_settings(recording.config), layout.arena_size());
  rl::Rollout<T> rollout(recording.architecture, recording.config.rollout);
  Discrepancies<T> comparison;
  for (std::size_t i = 0; i < updates.size(); ++i) {
    const RecordedUpdate& update = updates[i];
    comparison.set_place(fmt::format("update {}", i + 1));
    replay<T>(rollout, update.rollout, pass.network(), parameters);
    compare_forward(comparison, rollout, update);
    const T bootstrap = update.rollout.terminated ? T{0} : static_cast<T>(update.rollout.bootstrap);
    const rl::Losses<T> losses = pass.differentiate(rollout, parameters, bootstrap);
    const T norm = nn::gradient_norm(pass.gradient());
    comparison.compare("returns", pass.returns(), update.returns);
    comparison.compare("advantages", pass.advantages(), update.advantages);
    comparison.compare("policy loss", std::vector{losses.policy}, {update.policy_loss});
    comparison.compare("value loss", std::vector{losses.value}, {update.value_loss});
    comparison.compare("entropy", std::vector{losses.entropy}, {update.entropy});
    comparison.compare("total loss", std::vector{losses.total}, {update.total_loss});
    comparison.compare("gradient norm", std::vector{norm}, {update.gradient_norm});
    if (!update.clipped_gradients.empty()) {
      comparison.compare_tensors("clipped gradient of", layout, pass.gradient(),
                                 nn::clip_factor(norm, recording.config.max_grad_norm),
                                 update.clipped_gradients);
    }
    adam.update(parameters, {}, pass.gradient(), norm);
    if (!update.parameters_after.empty()) {
      comparison.compare_tensors("updated", layout, parameters, T{1}, update.parameters_after);
    }
  }
  return comparison;
}

struct RecordedEvent {
  std::size_t worker = 0;
  RecordedRollout rollout;
  double total_loss = 0;
};

struct RecordedEvents {
  std::size_t workers = 0;
  std::vector<RecordedEvent> events = {};
  Tensors parameters_after = {};

  /// Worker i mod n at event i: what a delay of n - 1 updates prescribes.
  [[nodiscard]] bool in_turns() const {
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (events[i].worker != i % workers) return false;
    }
    return true;
  }
};

/// One shared model and optimiser, from `shared` on. `before(event)`: the parameters on which an event acts
/// and differentiates; `after(event)`: where the updated ones go as well.
template <class T, class Before, class After>
void run_events(Discrepancies<T>& comparison, const Recording& recording, const RecordedEvents& recorded,
                nn::AlignedVector<T> shared, const Before& before, const After& after) {
  rl::LearningPass<T> pass(recording.architecture, recording.config);
  const nn::Layout& layout = pass.network().layout();
  nn::Adam<T> adam(rl::adam_settings(recording.config), layout.arena_size());
  rl::Rollout<T> rollout(recording.architecture, recording.config.rollout);
  for (std::size_t i = 0; i < recorded.events.size(); ++i) {
    const RecordedEvent& event = recorded.events[i];
    comparison.set_place(fmt::format("event {}", i + 1));
    const std::span<const T> parameters = before(event);
    replay<T>(rollout, event.rollout, pass.network(), parameters);
    const T bootstrap = event.rollout.terminated ? T{0} : static_cast<T>(event.rollout.bootstrap);
    const rl::Losses<T> losses = pass.differentiate(rollout, parameters, bootstrap);
    comparison.compare("total loss", std::vector{losses.total}, {event.total_loss});
    adam.update(shared, after(event), pass.gradient(), nn::gradient_norm(pass.gradient()));
  }
  comparison.set_place("at the end");
  comparison.compare_tensors("shared", layout, shared, T{1}, recorded.parameters_after);
}

/// Each worker with the copy it took after its own last update; where the workers take turns, also with the
/// history that the setting `delay` goes by.
template <class T>
Discrepancies<T> run_events(const Recording& recording, const RecordedEvents& recorded) {
  const nn::Layout layout(recording.architecture);
  nn::AlignedVector<T> initial(layout.arena_size());
  load_parameters<T>(initial, layout, recording.parameters);
  std::vector<nn::AlignedVector<T>> local(recorded.workers, initial);
  const auto copy_of = [&](const RecordedEvent& event) { return std::span<T>(local[event.worker]); };
  Discrepancies<T> comparison;
  run_events(comparison, recording, recorded, initial, copy_of, copy_of);
  if (!recorded.in_turns()) return comparison;
  rl::ParameterHistory<T> history(initial, static_cast<int>(recorded.workers) - 1);
  run_events(
      comparison, recording, recorded, initial, [&](const RecordedEvent&) { return history.delayed(); },
      [&](const RecordedEvent&) { return history.next(); });
  return comparison;
}

GoldenErrors errors_of(const Discrepancies<double>& in_double, const Discrepancies<float>& in_float) {
  return {in_double.error(), in_float.error(), in_double.worst(), in_float.worst()};
}

}  // namespace

Result<GoldenErrors> check_update(const Json& file) {
  JsonWalker walker;
  const Recording recording = read_recording(walker, file, update_kind);
  WINDHOVER_RETURN_IF_ERROR(walker.result());
  const nn::Layout layout(recording.architecture);
  std::vector<RecordedUpdate> updates;
  for (const Json& json : walker.list(file, "updates")) {
    walker.set_place(fmt::format("update {}", updates.size() + 1));
    updates.push_back(read_update(walker, json, recording, layout));
    WINDHOVER_RETURN_IF_ERROR(walker.result());
  }
  WINDHOVER_RETURN_IF_ERROR(walker.result());
  return errors_of(run_updates<double>(recording, updates), run_updates<float>(recording, updates));
}

Result<GoldenErrors> check_async(const Json& file) {
  JsonWalker walker;
  const Recording recording = read_recording(walker, file, async_kind);
  WINDHOVER_RETURN_IF_ERROR(walker.result());
  const int workers = walker.integer_at(file, "workers", 1, 65536);
  RecordedEvents recorded{.workers = static_cast<std::size_t>(workers)};
  recorded.parameters_after =
      read_tensors(walker, file, "parameters_after", nn::Layout(recording.architecture));
  for (const Json& json : walker.list(file, "events")) {
    walker.set_place(fmt::format("event {}", recorded.events.size() + 1));
    RecordedEvent event;
    event.worker = static_cast<std::size_t>(walker.integer_at(json, "worker", 0, workers - 1));
    event.rollout = read_rollout(walker, json, recording);
    event.total_loss = walker.number_at(json, "total_loss");
    WINDHOVER_RETURN_IF_ERROR(walker.result());
    recorded.events.push_back(std::move(event));
  }
  WINDHOVER_RETURN_IF_ERROR(walker.result());
  return errors_of(run_events<double>(recording, recorded), run_events<float>(recording, recorded));
}

}  // namespace windhover::golden
