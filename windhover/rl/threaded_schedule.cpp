#include <algorithm>
#include <atomic>
#include <barrier>
#include <exception>
#include <functional>
#include <future>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <system_error>
#include <thread>

#include "windhover/core/threads.hpp"
#include "windhover/rl/training_base.hpp"

namespace windhover::rl {
namespace {

constexpr std::size_t chunk_size = 1024;

float load(const float& element) {
  // atomic_ref takes no const object; a relaxed load does not write.
  return std::atomic_ref<float>(const_cast<float&>(element)).load(std::memory_order_relaxed);
}

void store(float& element, float value) {
  std::atomic_ref<float>(element).store(value, std::memory_order_relaxed);
}

/// Parameters and moments that every thread reads and writes without a lock, element by element through
/// relaxed atomics. Source: Recht, Re, Wright, Niu, "Hogwild!", NeurIPS 2011. A concurrent update may
/// overwrite elements of another's; the count of updates never loses one.
class LockFreeModel {
 public:
  explicit LockFreeModel(std::size_t arena_size)
      : parameters(arena_size), first(arena_size), second(arena_size) {}

  [[nodiscard]] std::uint64_t updates() const { return updates_.load(std::memory_order_relaxed); }

  /// One Adam step, chunk by chunk through the vectorised kernel; the parameters as this thread left them go
  /// to `copy`. Returns how many updates there had been.
  std::uint64_t update(const nn::AdamSettings& settings, double lr_share, std::span<float> copy,
                       std::span<const float> gradient, float norm) {
    const std::uint64_t before = updates_.fetch_add(1, std::memory_order_relaxed);
    const auto step =
        nn::adam_step<float>(settings, before + 1, nn::clip_factor(norm, settings.max_grad_norm), lr_share);
    std::array<float, chunk_size> first_chunk, second_chunk;
    for (std::size_t begin = 0; begin < copy.size(); begin += chunk_size) {
      const std::size_t count = std::min(chunk_size, copy.size() - begin);
      for (std::size_t i = 0; i < count; ++i) {
        copy[begin + i] = load(parameters[begin + i]);
        first_chunk[i] = load(first[begin + i]);
        second_chunk[i] = load(second[begin + i]);
      }
      kernels::adam(copy.subspan(begin, count), std::span(first_chunk).first(count),
                    std::span(second_chunk).first(count), {}, gradient.subspan(begin, count), step);
      for (std::size_t i = 0; i < count; ++i) {
        store(parameters[begin + i], copy[begin + i]);
        store(first[begin + i], first_chunk[i]);
        store(second[begin + i], second_chunk[i]);
      }
    }
    return before;
  }

  void save(ByteWriter& writer) const {
    writer.value(updates());
    for (const auto* values : {&parameters, &first, &second}) writer.values(std::span<const float>(*values));
  }

  [[nodiscard]] Result<void> restore(ByteReader& reader) {
    std::uint64_t updates = 0;
    WINDHOVER_RETURN_IF_ERROR(reader.value(updates));
    updates_.store(updates);
    for (auto* values : {&parameters, &first, &second}) {
      WINDHOVER_RETURN_IF_ERROR(reader.values(std::span<float>(*values)));
    }
    return {};
  }

  nn::AlignedVector<float> parameters, first, second;

 private:
  std::atomic<std::uint64_t> updates_ = 0;
};

/// One thread a worker. Workers of an environment with a shared resource meet at a barrier before each
/// episode; the others never wait. Not reproducible.
class ThreadedTraining final : public TrainingBase {
 public:
  ThreadedTraining(const TrainingSetup& setup, std::unique_ptr<env::Group> group);

  Result<void> advance(std::uint64_t steps, const std::stop_token& stop) override;
  [[nodiscard]] std::uint64_t steps_done() const override { return steps_done_.load(); }
  [[nodiscard]] std::uint64_t updates_done() const override;
  [[nodiscard]] double thread_seconds() const override { return thread_seconds_.load(); }
  [[nodiscard]] int models() const override { return static_cast<int>(models_.size()); }
  [[nodiscard]] std::span<const float> parameters(int model) const override {
    return models_[static_cast<std::size_t>(model)]->parameters;
  }
  [[nodiscard]] std::vector<std::byte> save() const override;
  [[nodiscard]] Result<void> restore(std::span<const std::byte> state) override;

 private:
  /// Between two episodes, when no worker is inside one, or for a worker by itself.
  struct Slice {
    std::uint64_t goal = 0;  ///< no episode starts after so many steps of the run
    const std::stop_token* stop = nullptr;
  };

  [[nodiscard]] bool goes_on(const Slice& slice) const;
  void run_in_step(const Slice& slice);
  void run_freely(const Slice& slice);
  void run_in_threads(const std::function<void(std::size_t)>& work);
  void run_episode(std::size_t index, const Slice& slice) noexcept;
  Result<void> advance_episode(Worker& worker, LearningPass<float>& pass, const Slice& slice);
  Result<void> learn(Worker& worker, LearningPass<float>& pass);
  void report(const Error& error);
  /// Thrown by the episode of a worker, or by the shared resource if that is null.
  void report_exception(const std::exception& exception, const Worker* worker) noexcept;

  nn::AdamSettings settings_;
  std::vector<std::unique_ptr<LockFreeModel>> models_;
  std::vector<std::unique_ptr<LearningPass<float>>> passes_;  ///< one a worker
  std::atomic<std::uint64_t> steps_done_ = 0;
  std::atomic<double> thread_seconds_ = 0;  ///< CPU
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;  ///< guards rows_ and error_
  std::optional<Error> error_;
};

ThreadedTraining::ThreadedTraining(const TrainingSetup& setup, std::unique_ptr<env::Group> group)
    : TrainingBase(setup, std::move(group)), settings_(adam_settings(setup.learner)) {
  for (int model = 0; model < model_count(); ++model) {
    models_.push_back(std::make_unique<LockFreeModel>(layout_.arena_size()));
    initialise_model(models_.back()->parameters, model);
  }
  for (Worker& worker : workers_) {
    std::ranges::copy(models_[model_of(worker)]->parameters, worker.local().begin());
    passes_.push_back(std::make_unique<LearningPass<float>>(layout_.architecture(), setup.learner));
  }
}

Result<void> ThreadedTraining::advance(std::uint64_t steps, const std::stop_token& stop) {
  const Slice slice{steps_done() + steps, &stop};
  if (group_->in_step()) {
    run_in_step(slice);
  } else {
    run_freely(slice);
  }
  std::ranges::stable_sort(rows_, {}, &TrainingRow::step);
  if (error_) return tl::make_unexpected(*error_);
  if (failed_) return failure("a worker failed, and there was no memory left to say why");
  return {};
}

std::uint64_t ThreadedTraining::updates_done() const {
  std::uint64_t updates = 0;
  for (const auto& model : models_) updates += model->updates();
  return updates;
}

bool ThreadedTraining::goes_on(const Slice& slice) const {
  return !failed_.load() && steps_done() < slice.goal && !slice.stop->stop_requested();
}

/// Workers that a stop has left inside an episode come to its end before they meet the others.
void ThreadedTraining::run_in_step(const Slice& slice) {
  bool another = true;  // written while every worker waits at the barrier
  const auto decide = [&]() noexcept {
    another = goes_on(slice) && wants_another_episode(workers_.front());
    if (!another) return;
    try {
      group_->refill_shared_resource();
    } catch (const std::exception& exception) {
      another = false;
      report_exception(exception, nullptr);
    }
  };
  std::barrier episode_boundary(static_cast<std::ptrdiff_t>(workers_.size()), decide);
  run_in_threads([&](std::size_t index) {
    if (workers_[index].active) run_episode(index, slice);
    while (true) {
      episode_boundary.arrive_and_wait();
      if (!another) return;
      run_episode(index, slice);
    }
  });
}

void ThreadedTraining::run_freely(const Slice& slice) {
  run_in_threads([&](std::size_t index) {
    const Worker& worker = workers_[index];
    while (goes_on(slice) && (worker.active || wants_another_episode(worker))) run_episode(index, slice);
  });
}

/// `work(index)` in a thread for each worker. None begins before all are there, so that a thread that cannot
/// be started keeps nobody waiting at a barrier.
void ThreadedTraining::run_in_threads(const std::function<void(std::size_t)>& work) {
  std::promise<bool> all_there;
  const std::shared_future<bool> begin = all_there.get_future().share();
  std::vector<std::jthread> threads;
  try {
    threads.reserve(workers_.size());
    for (std::size_t index = 0; index < workers_.size(); ++index) {
      threads.emplace_back([this, &work, begin, index] {
        if (!begin.get()) return;
        const ThreadClock clock;
        work(index);
        thread_seconds_.fetch_add(clock.seconds());
      });
    }
  } catch (const std::system_error& error) {
    all_there.set_value(false);
    throw std::system_error(error.code(), fmt::format("of the {} threads of the schedule 'threads', one a "
                                                      "worker, the system starts only {}",
                                                      workers_.size(), threads.size()));
  } catch (...) {
    all_there.set_value(false);
    throw;
  }
  all_there.set_value(true);
}

/// From its start, or from where a stop left it, to its end or a stop. What an environment or the memory
/// throws is a failure of the training.
void ThreadedTraining::run_episode(std::size_t index, const Slice& slice) noexcept {
  Worker& worker = workers_[index];
  try {
    if (const auto advanced = advance_episode(worker, *passes_[index], slice); !advanced)
      report(advanced.error());
  } catch (const std::exception& exception) {
    report_exception(exception, &worker);
  }
}

Result<void> ThreadedTraining::advance_episode(Worker& worker, LearningPass<float>& pass,
                                               const Slice& slice) {
  std::vector<float> observation(static_cast<std::size_t>(group_->observation_size()));
  if (!worker.active) start_episode(worker);
  while (!worker.episode_over()) {
    if (failed_.load(std::memory_order_relaxed) || slice.stop->stop_requested()) return {};
    const int action = worker.act(pass.network());
    const auto outcome = group_->step(worker.number(), action, observation);
    worker.receive(outcome, observation);
    steps_done_.fetch_add(1, std::memory_order_relaxed);
    if (worker.rollout().complete()) WINDHOVER_RETURN_IF_ERROR(learn(worker, pass));
  }
  const std::lock_guard lock(mutex_);
  rows_.push_back(worker.finish_episode(steps_done()));
  return {};
}

Result<void> ThreadedTraining::learn(Worker& worker, LearningPass<float>& pass) {
  LockFreeModel& model = *models_[model_of(worker)];
  const float bootstrap = pass.bootstrap_value(worker.rollout(), worker.local());
  const Losses<float> losses =
      pass.differentiate(worker.rollout(), worker.local(), bootstrap, progress(worker));
  const float norm = nn::gradient_norm(pass.gradient());
  if (!sane(worker, losses, norm)) return diagnose(worker, losses, pass.gradient(), model.updates() + 1);
  const std::uint64_t before =
      model.update(settings_, lr_share(worker), worker.local(), pass.gradient(), norm);
  const std::uint64_t staleness = before - worker.copied_at;
  worker.copied_at = before + 1;
  worker.updated(losses, norm, staleness);
  return {};
}

void ThreadedTraining::report(const Error& error) {
  failed_.store(true);
  const std::lock_guard lock(mutex_);
  if (!error_) error_ = error;
}

void ThreadedTraining::report_exception(const std::exception& exception, const Worker* worker) noexcept {
  failed_.store(true);
  try {
    const auto who = worker == nullptr ? std::string("the shared resource")
                                       : fmt::format("worker {}, episode {}", worker->number(),
                                                     worker->episodes_started() - 1);
    report(Error{ErrorKind::failure, fmt::format("arm {}, seed {}, {}: exception: {}", setup_.arm,
                                                 setup_.seed, who, exception.what())});
  } catch (const std::bad_alloc&) {
    // Where no memory is left there is no message either; `advance` says so.
  }
}

std::vector<std::byte> ThreadedTraining::save() const {
  ByteWriter writer;
  writer.value(steps_done());
  for (const auto& model : models_) model->save(writer);
  save_base(writer);
  return writer.take();
}

Result<void> ThreadedTraining::restore(std::span<const std::byte> state) {
  ByteReader reader(state);
  std::uint64_t steps = 0;
  WINDHOVER_RETURN_IF_ERROR(reader.value(steps));
  steps_done_.store(steps);
  for (const auto& model : models_) WINDHOVER_RETURN_IF_ERROR(model->restore(reader));
  WINDHOVER_RETURN_IF_ERROR(restore_base(reader));
  if (!reader.at_end()) return failure("the saved state is longer than it should be");
  return {};
}

}  // namespace

std::unique_ptr<Training> make_threaded_training(const TrainingSetup& setup,
                                                 std::unique_ptr<env::Group> group) {
  return std::make_unique<ThreadedTraining>(setup, std::move(group));
}

}  // namespace windhover::rl
