#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

#include "windhover/core/result.hpp"
#include "windhover/ranks/message.hpp"
#include "windhover/ranks/transport.hpp"
#include "windhover/study/crew.hpp"

namespace windhover::ranks {

/// Called with the signal that some rank was stopped by, from another thread.
using OnSignal = std::function<void(int signal)>;

/// What handling the messages of one kind took.
struct Handled {
  std::uint64_t messages = 0;
  double seconds = 0;  ///< of wall time
};

/// A thread of rank 0 that handles what some of the other ranks send, one message after the other, and keeps
/// their states and records. There are several since most of their time they wait for the disk, which flushes
/// the files of several at once.
class Keeper {
 public:
  Keeper(Transport& transport, OnSignal on_signal)
      : transport_(transport), on_signal_(std::move(on_signal)) {}
  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  /// A rank whose messages it will get. Before `listen`.
  void add(int rank, int threads) { peers_[rank] = Peer{.threads = threads, .at_work = {}}; }
  /// Error: the system gives no thread.
  [[nodiscard]] Result<void> listen();
  /// Something that came from one of its ranks. Waits while too much waits already.
  void post(Incoming incoming);
  /// Lets its ranks join.
  void start(const study::RunContext& context, study::Dispatcher& dispatcher);
  void begin(int rank, study::Job& job);
  /// No run is at work any more; signals are still heard.
  void finish();

  /// `begin` counts as its messages those that were sent. After `finish`.
  [[nodiscard]] const std::map<Kind, Handled>& handled() const { return handled_; }

 private:
  /// A rank that is there.
  struct Peer {
    int threads = 0;
    std::map<record::RunId, study::Job*> at_work = {};
  };

  void work(const std::stop_token& end);
  [[nodiscard]] std::optional<Incoming> next();
  void join_or_leave();
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
  std::condition_variable changed_;
  std::deque<Incoming> incoming_;
  std::uint64_t waiting_bytes_ = 0;
  std::deque<std::pair<int, study::Job*>> begun_;     ///< not yet sent
  const study::RunContext* given_context_ = nullptr;  ///< from start to finish
  study::Dispatcher* given_dispatcher_ = nullptr;
  study::Dispatcher* dispatcher_ = nullptr;  ///< once the peers have joined; written by the thread alone
  bool ending_ = false;

  // Below: the thread's alone.
  std::map<int, Peer> peers_;
  const study::RunContext* context_ = nullptr;
  bool stop_sent_ = false;
  std::map<Kind, Handled> handled_;

  std::jthread thread_;  ///< last, so that it ends first
};

}  // namespace windhover::ranks
