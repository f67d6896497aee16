#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "windhover/core/result.hpp"
#include "windhover/ranks/keeper.hpp"
#include "windhover/ranks/message.hpp"
#include "windhover/ranks/transport.hpp"
#include "windhover/study/crew.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::ranks {

/// Seconds between two messages of progress from one rank: half a second, and longer where there are many, so
/// that not more than 200 come in a second.
[[nodiscard]] double progress_interval(int ranks);

/// What rank 0 tells the others of the study.
struct Announcement {
  std::string study_file;  ///< its text
  std::string origin;
  std::vector<std::string> overrides;
  bool quick = false;
  double save_interval = 5;
  Program program;
};

/// So many keepers handle what other ranks send, at most.
inline constexpr int most_keepers = 8;

/// The other ranks, as seen from rank 0: each is a worker of its number. What they send is believed as far as
/// it can be checked: a run's configuration is to be the plan's, its digest is computed again from its models
/// and rows, and a rank that sends anything else ends the study, by name.
class RankCrew final : public study::Crew {
 public:
  /// Announces the study and waits until every rank has answered. Errors (usage): a rank that runs another
  /// program, or makes another plan of the study file; a rank that is gone; stopped.
  [[nodiscard]] static Result<std::unique_ptr<RankCrew>> gather(Transport& transport, const study::Plan& plan,
                                                                const Announcement& announcement,
                                                                const OnSignal& on_signal,
                                                                const std::stop_token& stop);
  ~RankCrew() override;
  RankCrew(const RankCrew&) = delete;
  RankCrew& operator=(const RankCrew&) = delete;

  [[nodiscard]] Result<void> start(const study::RunContext& context, study::Dispatcher& dispatcher) override;
  void begin(std::size_t worker, study::Job& job) override;
  void finish() override;

  /// What handling the messages took, all keepers together. After `finish`.
  [[nodiscard]] std::map<Kind, Handled> handled() const;

 private:
  explicit RankCrew(Transport& transport) : transport_(transport) {}

  [[nodiscard]] Result<void> listen(const std::map<int, int>& threads, const OnSignal& on_signal);
  void pass_on(const std::stop_token& end);
  [[nodiscard]] Keeper& keeper_of(int rank) {
    return keepers_[static_cast<std::size_t>(rank) % keepers_.size()];
  }

  Transport& transport_;
  std::deque<Keeper> keepers_;
  std::jthread thread_;  ///< last, so that it ends first
};

/// Tells the other ranks to end, and waits until they have said farewell, but not longer than `longest`.
/// False if one of them has not.
[[nodiscard]] bool end_ranks(Transport& transport, std::chrono::milliseconds longest);

}  // namespace windhover::ranks
