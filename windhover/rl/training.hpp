#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"
#include "windhover/core/rows.hpp"
#include "windhover/env/registry.hpp"
#include "windhover/nn/architecture.hpp"
#include "windhover/rl/arm.hpp"
#include "windhover/rl/config.hpp"

namespace windhover::rl {

/// One run's training: which learner, where, for how long.
struct TrainingSetup {
  std::string arm = "a3c";  ///< one of arm_names()
  LearnerConfig learner;
  std::string environment;                ///< a name from the registry
  env::Configuration environment_config;  ///< from Description::configure
  std::uint64_t seed = 0;
  int workers = 5;
  int episodes = 2000;      ///< per worker; times Arm::budget_factor
  std::uint64_t steps = 0;  ///< per worker, instead of episodes, if not 0: no episode starts after so many
  std::vector<double> conditions;  ///< one a worker; with Arm::mixed_conditions each in turn
  std::stop_token stop = {};       ///< heard while the training is made: a large network takes minutes
};

/// A training that can be advanced in slices, saved between slices and resumed to the same bits. Not for
/// sharing between threads; the `threads` schedule makes its own inside `advance`.
class Training {
 public:
  /// Errors: what the setup asks for cannot be (unknown arm or environment, a schedule that the arm or the
  /// environment does not allow); stopped.
  [[nodiscard]] static Result<std::unique_ptr<Training>> create(const TrainingSetup& setup);

  virtual ~Training() = default;

  /// Goes on for about `steps` environment steps (all workers together) or to the end; returns early, at a
  /// place where `save` works, when a stop is requested. Error: NaN or infinity in what an update uses,
  /// naming worker, episode, update and the stage where it came in, or an exception in a thread of the
  /// `threads` schedule, naming the worker; the training can not go on then. Throws std::system_error if that
  /// schedule is given no threads; nothing has happened then.
  [[nodiscard]] virtual Result<void> advance(std::uint64_t steps, const std::stop_token& stop) = 0;

  [[nodiscard]] virtual bool finished() const = 0;
  [[nodiscard]] virtual std::uint64_t steps_done() const = 0;
  /// Updates of the models, all together.
  [[nodiscard]] virtual std::uint64_t updates_done() const = 0;
  /// CPU time of threads that `advance` has made for itself, over this object's life.
  [[nodiscard]] virtual double thread_seconds() const { return 0; }
  /// Exact if episodes have a fixed length, else an estimate that never is below steps_done.
  [[nodiscard]] virtual std::uint64_t steps_expected() const = 0;

  /// The last state that a training with a larger budget, otherwise made alike, passes through as well, from
  /// where a worker was refused another episode for the first time. Restored into such a training, it goes on
  /// to the bits that this would have had from its own start. Returned once, after the `advance` that passed
  /// there; empty else. There is none where the learner's coefficients follow the budget, nor in a schedule
  /// that can not be cut there (`threads`, a fixed delay).
  [[nodiscard]] virtual std::vector<std::byte> take_state_for_larger_budget() { return {}; }

  /// Finished episodes so far, in the order they ended.
  [[nodiscard]] virtual const std::vector<TrainingRow>& rows() const = 0;

  [[nodiscard]] virtual const nn::Layout& layout() const = 0;

  /// The trained parameters: Arm::models of them. Arenas as `layout` describes.
  [[nodiscard]] virtual int models() const = 0;
  [[nodiscard]] virtual std::span<const float> parameters(int model) const = 0;

  /// The whole state. `restore` needs a training made from the same setup; error: damaged or of another
  /// setup.
  [[nodiscard]] virtual std::vector<std::byte> save() const = 0;
  [[nodiscard]] virtual Result<void> restore(std::span<const std::byte> state) = 0;
};

/// The parameters of every model.
[[nodiscard]] std::vector<std::span<const float>> all_parameters(const Training& training);

/// What a training ends with is used by no further update that would notice. Error: NaN or infinity in a
/// parameter of a model, with its name.
[[nodiscard]] Result<void> check_parameters(const Training& training);

}  // namespace windhover::rl
