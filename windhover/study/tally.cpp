#include "windhover/study/tally.hpp"

namespace windhover::study {

void Tally::Work::add(const Job& job) {
  const double fraction = job.monitor.fraction;
  done_cost += job.cost * fraction;
  session_cost += job.cost * (fraction - job.monitor.fraction_at_start);
  session_steps += job.monitor.session_steps;
}

void Tally::end(const Job& job) {
  std::erase(at_work_, &job);
  ended_.add(job);
}

void Tally::give_back(Job& job) {
  std::erase(at_work_, &job);
  job.monitor.stage = RunStage::waiting;
  job.monitor.fraction = 0;
  job.monitor.fraction_at_start = 0;
  job.monitor.session_steps = 0;
}

Progress Tally::progress(double seconds) const {
  Progress shown;
  shown.seconds = seconds;
  Work work = ended_;
  for (const Job* job : at_work_) {
    work.add(*job);
    const RunStage stage = job->monitor.stage;
    if (stage == RunStage::training || stage == RunStage::evaluating)
      shown.running.push_back({.id = job->run.id, .stage = stage, .fraction = job->monitor.fraction});
  }
  const double done = done_cost_ + work.done_cost;
  shown.fraction = total_cost_ > 0 ? done / total_cost_ : 1;
  shown.steps_per_second = seconds > 0 ? static_cast<double>(work.session_steps) / seconds : 0;
  if (work.session_cost > 0) shown.seconds_left = seconds * (total_cost_ - done) / work.session_cost;
  return shown;
}

}  // namespace windhover::study
