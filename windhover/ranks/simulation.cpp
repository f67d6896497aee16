#include "windhover/ranks/simulation.hpp"

#include <algorithm>
#include <queue>
#include <tuple>

#include "windhover/core/contract.hpp"
#include "windhover/study/hand_out.hpp"

namespace windhover::ranks {
namespace {

class SimulatedRanks {
 public:
  explicit SimulatedRanks(const SimulatedStudy& study)
      : study_(study),
        hand_out_(loads_of(study)),
        runs_(study.runs.size()),
        idle_from_(static_cast<std::size_t>(study.keepers)) {}

  SimulatedOutcome run();

 private:
  /// What happens at some moment. Messages are named by what arrives.
  enum class What {
    begin_arrives,
    state_is_due,
    state_arrives,
    state_kept_arrives,
    run_ends,
    finished_arrives,
    progress_is_due,
    progress_arrives
  };
  struct Event {
    double time = 0;
    std::uint64_t number = 0;  ///< events of one moment keep their order
    What what = What::begin_arrives;
    std::size_t subject = 0;  ///< a run, or for progress a rank
    friend bool operator>(const Event& a, const Event& b) {
      return std::tie(a.time, a.number) > std::tie(b.time, b.number);
    }
  };
  /// A run at work on a rank.
  struct AtWork {
    std::size_t rank = 0;
    double end = 0;
    bool state_on_its_way = false;
    bool state_waits = false;
    bool ended = false;
  };

  static std::vector<study::RunLoad> loads_of(const SimulatedStudy& study) {
    std::vector<study::RunLoad> loads;
    for (const auto& run : study.runs) loads.push_back({.cost = run.cost, .threads = 1});
    return loads;
  }

  void happen(double time, What what, std::size_t subject) {
    events_.push({.time = time, .number = number_++, .what = what, .subject = subject});
  }
  void take(const Event& event);
  double handle(std::size_t rank, double arrival, double cost);
  void hand_out(double time);
  void begin(double time, std::size_t run);
  void send_state(double time, std::size_t run);
  void keep(double time, std::size_t run);

  const SimulatedStudy& study_;
  study::HandOut hand_out_;
  std::vector<AtWork> runs_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::uint64_t number_ = 0;
  std::size_t kept_ = 0;
  std::vector<double> idle_from_;  ///< when each keeper has handled all that came
  SimulatedOutcome outcome_;
};

SimulatedOutcome SimulatedRanks::run() {
  double all = 0;
  double longest = 0;
  for (const auto& run : study_.runs) {
    all += run.seconds;
    longest = std::max(longest, run.seconds);
  }
  outcome_.lower_bound = std::max(all / (study_.ranks * study_.threads), longest);
  for (int rank = 0; rank < study_.ranks; ++rank) {
    hand_out_.join(static_cast<std::size_t>(rank), study_.threads);
    if (rank > 0) happen(study_.progress_interval, What::progress_is_due, static_cast<std::size_t>(rank));
  }
  hand_out(0);
  while (kept_ < runs_.size()) {
    WINDHOVER_CHECK(!events_.empty());
    const Event event = events_.top();
    events_.pop();
    take(event);
  }
  return outcome_;
}

void SimulatedRanks::take(const Event& event) {
  const auto [time, number, what, subject] = event;
  switch (what) {
    case What::begin_arrives:
      return begin(time, subject);
    case What::state_is_due:
      if (runs_[subject].ended) return;
      send_state(time, subject);
      return happen(time + study_.save_interval, What::state_is_due, subject);
    case What::state_arrives:
      return happen(handle(runs_[subject].rank, time, study_.costs.state) + study_.latency,
                    What::state_kept_arrives, subject);
    case What::state_kept_arrives: {
      AtWork& run = runs_[subject];
      run.state_on_its_way = false;
      if (run.state_waits && !run.ended) send_state(time, subject);
      run.state_waits = false;
      return;
    }
    case What::run_ends:
      if (runs_[subject].rank == 0) return keep(time, subject);
      send_state(time, subject);
      runs_[subject].ended = true;
      return happen(time + study_.latency, What::finished_arrives, subject);
    case What::finished_arrives:
      return keep(handle(runs_[subject].rank, time, study_.costs.finished), subject);
    case What::progress_is_due:
      happen(time + study_.latency, What::progress_arrives, subject);
      return happen(time + study_.progress_interval, What::progress_is_due, subject);
    case What::progress_arrives:
      static_cast<void>(handle(subject, time, study_.costs.progress));
      return;
  }
}

/// When a message that arrives at `arrival` has been handled, behind those before it.
double SimulatedRanks::handle(std::size_t rank, double arrival, double cost) {
  double& idle_from = idle_from_[rank % idle_from_.size()];
  const double taken = std::max(arrival, idle_from);
  outcome_.longest_wait = std::max(outcome_.longest_wait, taken - arrival);
  outcome_.busy_seconds += cost;
  ++outcome_.messages;
  idle_from = taken + cost;
  return idle_from;
}

void SimulatedRanks::hand_out(double time) {
  while (const auto handed_out = hand_out_.next()) {
    runs_[handed_out->run].rank = handed_out->worker;
    if (handed_out->worker == 0) {
      begin(time, handed_out->run);
    } else {
      happen(handle(handed_out->worker, time, study_.costs.begin) + study_.latency, What::begin_arrives,
             handed_out->run);
    }
  }
}

void SimulatedRanks::begin(double time, std::size_t run) {
  happen(time + study_.runs[run].seconds, What::run_ends, run);
  if (runs_[run].rank > 0) happen(time, What::state_is_due, run);
}

void SimulatedRanks::send_state(double time, std::size_t run) {
  AtWork& at_work = runs_[run];
  if (at_work.state_on_its_way) {
    at_work.state_waits = true;
    return;
  }
  at_work.state_on_its_way = true;
  happen(time + study_.latency, What::state_arrives, run);
}

void SimulatedRanks::keep(double time, std::size_t run) {
  ++kept_;
  outcome_.makespan = std::max(outcome_.makespan, time);
  hand_out_.end(run);
  hand_out(time);
}

}  // namespace

SimulatedOutcome simulate(const SimulatedStudy& study) { return SimulatedRanks(study).run(); }

}  // namespace windhover::ranks
