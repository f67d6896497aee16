#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace windhover::study {

/// What a run asks of whom it is handed to.
struct RunLoad {
  double cost = 0;  ///< the higher, the earlier it is handed out
  int threads = 1;  ///< that it computes with
};

/// A run, as its place in the list that the hand-out was made of, and the worker that is to begin it.
struct HandedOut {
  std::size_t worker = 0;
  std::size_t run = 0;
  friend bool operator==(const HandedOut&, const HandedOut&) = default;
};

/// Decides which run goes to which worker next, and nothing else: it knows no thread, no clock and no
/// message.
///
/// The most costly run comes first (of equals, the one that is listed first), and goes to the worker with the
/// most idle threads (of equals, the lowest number). A run with more threads than any worker has takes a
/// whole worker of the largest; a run that fits nowhere yet is waited for, so that shorter ones do not keep
/// it out for ever. This is list scheduling by longest processing time: without runs of several threads it
/// ends at most 4/3 - 1/(3m) times as late as possible on m workers (Graham, "Bounds on multiprocessing
/// timing anomalies", 1969). A decision takes a time that grows with the logarithm of runs and workers.
class HandOut {
 public:
  explicit HandOut(std::vector<RunLoad> runs);

  /// A worker that is not there yet, with at least one thread.
  void join(std::size_t worker, int threads);
  /// What is to begin now; nothing if no run is pending, or the next one fits nowhere yet.
  [[nodiscard]] std::optional<HandedOut> next();
  /// A run at work has ended, in whatever way, and is not handed out again.
  void end(std::size_t run);
  /// The worker is gone; the runs that it was at are pending again. Returns them.
  std::vector<std::size_t> lose(std::size_t worker);

  [[nodiscard]] std::size_t pending() const { return pending_.size(); }
  [[nodiscard]] std::size_t at_work() const { return at_work_; }

 private:
  struct Worker {
    int threads = 0;
    int idle = 0;
    std::set<std::size_t> runs = {};  ///< at work
  };
  /// Where a run at work is, and how many threads it takes there.
  struct Holding {
    std::size_t worker = 0;
    int threads = 0;
  };

  void set_idle(std::size_t number, Worker& worker, int idle);
  [[nodiscard]] int largest() const { return sizes_.empty() ? 0 : *sizes_.rbegin(); }

  std::vector<RunLoad> runs_;
  std::vector<std::size_t> order_;            ///< runs, the most costly first
  std::vector<std::size_t> places_;           ///< of each run in that order
  std::vector<std::optional<Holding>> held_;  ///< by run
  std::set<std::size_t> pending_;             ///< places
  std::map<std::size_t, Worker> workers_;
  std::set<std::pair<int, std::size_t>> idlest_;  ///< minus the idle threads, and the worker
  std::multiset<int> sizes_;                      ///< threads of each worker
  std::size_t at_work_ = 0;
};

}  // namespace windhover::study
