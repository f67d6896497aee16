#pragma once

#include <cstddef>
#include <stop_token>
#include <string>

#include "windhover/core/result.hpp"
#include "windhover/study/run.hpp"
#include "windhover/study/tally.hpp"

namespace windhover::study {

/// Whom those who carry runs out tell what becomes of them. Callable from any thread.
class Dispatcher {
 public:
  virtual ~Dispatcher() = default;

  /// A worker that takes runs from now on, up to so many threads at once. Numbers are the crew's to choose,
  /// each once in a study.
  virtual void joined(std::size_t worker, int threads) = 0;
  /// A run that was begun has finished, failed, or was stopped with its state saved; or with an error, which
  /// ends the study.
  virtual void ended(Job& job, Result<RunEnd> end) = 0;
  /// A worker is gone; its runs go to others.
  virtual void lost(std::size_t worker, const std::string& why) = 0;
  /// Something a person should know.
  virtual void note(const std::string& text) = 0;
  /// An error that is no run's ends the study.
  virtual void fail(Error error) = 0;
  /// Once requested, runs end as soon as their states are saved.
  [[nodiscard]] virtual std::stop_token stop() const = 0;
};

/// Those who carry runs out: the threads of this process, or other processes. It decides nothing.
class Crew {
 public:
  virtual ~Crew() = default;

  /// Lets its workers join. `context` and `dispatcher` outlive `finish`. Error: there are none to be had.
  [[nodiscard]] virtual Result<void> start(const RunContext& context, Dispatcher& dispatcher) = 0;
  /// Begins a run on one of its workers, and returns at once. `job` outlives the run. Called with the
  /// dispatcher locked: it must not be called from here.
  virtual void begin(std::size_t worker, Job& job) = 0;
  /// No run is at work any more and none will be begun. Called once, also where `start` failed.
  virtual void finish() = 0;
};

}  // namespace windhover::study
