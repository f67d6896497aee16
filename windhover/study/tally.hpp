#pragma once

#include <cstdint>
#include <vector>

#include "windhover/study/observer.hpp"
#include "windhover/study/plan.hpp"
#include "windhover/study/run.hpp"

namespace windhover::study {

/// One run of a session.
struct Job {
  RunPlan run;
  double cost = 0;  ///< RunCost::total
  RunMonitor monitor;
};

/// How far the runs of a session have come. A question takes time in proportion to the runs at work, however
/// many there are in all. Jobs must outlive it.
class Tally {
 public:
  /// `done_cost`: of the runs that earlier sessions finished.
  explicit Tally(double done_cost) : total_cost_(done_cost), done_cost_(done_cost) {}

  void expect(const Job& job) { total_cost_ += job.cost; }
  void begin(const Job& job) { at_work_.push_back(&job); }
  /// Of a job that has begun; it finished, failed or was stopped.
  void end(const Job& job);
  /// Of a job that has begun and is to begin again, elsewhere: what it did here is not counted.
  void give_back(Job& job);

  /// After so many seconds of the session; without the counts of runs.
  [[nodiscard]] Progress progress(double seconds) const;

 private:
  /// What jobs have done.
  struct Work {
    double done_cost = 0;     ///< in all sessions
    double session_cost = 0;  ///< in this one
    std::uint64_t session_steps = 0;
    void add(const Job& job);
  };

  std::vector<const Job*> at_work_;
  double total_cost_;
  double done_cost_;
  Work ended_;
};

}  // namespace windhover::study
