#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "windhover/core/result.hpp"
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

/// The other ranks, as seen from rank 0: each is a worker of its number. What they send is believed as far as
/// it can be checked: a run's configuration is to be the plan's, its digest is computed again from its models
/// and rows, and a rank that sends anything else ends the study, by name.
class RankCrew final : public study::Crew {
 public:
  /// Called with the signal that some rank was stopped by, from another thread.
  using OnSignal = std::function<void(int signal)>;

  /// Announces the study and waits until every rank has answered. Errors (usage): a rank that runs another
  /// program, or makes another plan of the study file; a rank that is gone; stopped.
  [[nodiscard]] static Result<std::unique_ptr<RankCrew>> gather(Transport& transport, const study::Plan& plan,
                                                                const Announcement& announcement,
                                                                OnSignal on_signal,
                                                                const std::stop_token& stop);
  ~RankCrew() override;
  RankCrew(const RankCrew&) = delete;
  RankCrew& operator=(const RankCrew&) = delete;

  [[nodiscard]] Result<void> start(const study::RunContext& context, study::Dispatcher& dispatcher) override;
  void begin(std::size_t worker, study::Job& job) override;
  void finish() override;

  /// What handling the messages of one kind took.
  struct Handled {
    std::uint64_t messages = 0;
    double seconds = 0;  ///< of wall time
  };
  /// What the thread that listens to the others did; `begin` counts as its messages those that it sent. After
  /// `finish`.
  [[nodiscard]] const std::map<Kind, Handled>& handled() const { return handled_; }

 private:
  using Jobs = std::map<record::RunId, study::Job*>;
  /// Another rank that is there.
  struct Peer {
    int threads = 0;
    Jobs at_work = {};
  };

  RankCrew(Transport& transport, std::map<int, Peer> peers, OnSignal on_signal)
      : transport_(transport), on_signal_(std::move(on_signal)), peers_(std::move(peers)) {}

  void work(const std::stop_token& end);
  void join_once();
  void send_begun();
  void send_stop_once();
  void send_run(int rank, study::Job& job);
  void take(const Incoming& incoming);
  void count(Kind kind, std::chrono::steady_clock::time_point begin);
  void dismiss(int rank, const std::string& note);
  [[nodiscard]] Result<void> handle(int rank, const Message& message);
  [[nodiscard]] Result<void> keep_state(int rank, const Message& message);
  [[nodiscard]] Result<void> keep_run(int rank, const Message& message);
  [[nodiscard]] Result<void> show_progress(int rank, const Message& message);
  [[nodiscard]] Result<study::Job*> job_of(int rank, const record::RunId& id) const;
  void end_run(int rank, study::Job& job, Result<study::RunEnd> end);

  Transport& transport_;
  OnSignal on_signal_;

  std::mutex mutex_;
  const study::RunContext* given_context_ = nullptr;  ///< by start
  study::Dispatcher* given_dispatcher_ = nullptr;
  std::vector<std::pair<int, study::Job*>> begun_;  ///< not yet sent

  // Below: the thread's alone.
  std::map<int, Peer> peers_;
  const study::RunContext* context_ = nullptr;
  study::Dispatcher* dispatcher_ = nullptr;  ///< once the peers have joined
  bool stop_sent_ = false;
  std::map<Kind, Handled> handled_;

  std::jthread thread_;  ///< last, so that it ends first
};

/// Tells the other ranks to end, and waits until they have said farewell, but not longer than `longest`.
/// False if one of them has not.
[[nodiscard]] bool end_ranks(Transport& transport, std::chrono::milliseconds longest);

}  // namespace windhover::ranks
