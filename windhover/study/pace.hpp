#pragma once

#include <algorithm>
#include <chrono>

namespace windhover::study {

/// How often something is done again that takes the longer the larger the study is: at most once in `least`,
/// and so that all its times together are at most one part in `share` of the whole time. What is done after
/// every run without such a bound takes a time that grows with the square of the runs.
class Pace {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr int share = 20;

  explicit Pace(Clock::duration least) : least_(least) {}

  [[nodiscard]] bool is_due(Clock::time_point now) const { return now >= next_; }
  void was_done(Clock::time_point begin, Clock::time_point end) {
    next_ = end + std::max(least_, share * (end - begin));
  }

 private:
  Clock::duration least_;
  Clock::time_point next_ = Clock::time_point::min();
};

}  // namespace windhover::study
