#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <future>
#include <list>
#include <mutex>
#include <thread>
#include <utility>

#include "apps/windhover/rank_transport.hpp"
#include <fmt/format.h>
#include <mpi.h>

#include "windhover/core/threads.hpp"

namespace windhover::app {
namespace {

constexpr int tag = 0;

/// How long the thread rests where nothing comes or goes: longer and longer, so that a rank at work loses
/// next to nothing to it and a message waits for a millisecond at most.
constexpr std::chrono::microseconds shortest_rest(20);
constexpr std::chrono::microseconds longest_rest(1000);

/// What has come and was not yet taken is bounded; the rest waits where it was sent.
constexpr std::uint64_t most_waiting_bytes = std::uint64_t{1} << 28;

/// All calls of MPI are made by one thread, which MPI calls the main one (MPI_THREAD_FUNNELED).
class MpiTransport final : public RankTransport {
 public:
  ~MpiTransport() override {
    {
      const std::scoped_lock lock(mutex_);
      closing_ = true;
      work_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
  }

  /// Returns once MPI is there.
  Result<void> start() {
    std::promise<Result<void>> begun;
    auto outcome = begun.get_future();
    auto thread = start_thread([this, begun = std::move(begun)]() mutable { live(begun); });
    if (!thread) return in_context("talking to other ranks", thread.error());
    thread_ = *std::move(thread);
    return outcome.get();
  }

  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return size_; }

  void send(int to, std::string message) override {
    const std::scoped_lock lock(mutex_);
    outgoing_.emplace_back(to, std::move(message));
    work_.notify_all();
  }

  [[nodiscard]] std::optional<ranks::Incoming> receive(std::chrono::milliseconds longest) override {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, longest, [this] { return woken_ || !incoming_.empty(); });
    woken_ = false;
    if (incoming_.empty()) return std::nullopt;
    auto incoming = std::move(incoming_.front());
    incoming_.pop_front();
    waiting_bytes_ -= size_of(incoming);
    return incoming;
  }

  void wake() override {
    const std::scoped_lock lock(mutex_);
    woken_ = true;
    arrived_.notify_all();
  }

  void abort(int exit_code) override {
    abort_with_ = exit_code;
    if (thread_.joinable()) thread_.join();
  }

 private:
  struct Sending {
    int to = 0;
    std::string message;
    MPI_Request request = MPI_REQUEST_NULL;
  };

  static std::uint64_t size_of(const ranks::Incoming& incoming) {
    return incoming.message ? incoming.message->size() : 0;
  }

  void live(std::promise<Result<void>>& begun) {
    int level = MPI_THREAD_SINGLE;
    if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &level) != MPI_SUCCESS)
      return begun.set_value(failure("MPI does not start"));
    if (level < MPI_THREAD_FUNNELED) return begun.set_value(failure("this MPI allows no threads"));
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
    begun.set_value({});
    carry();
    MPI_Finalize();
  }

  /// Until all that was given has been sent after the end was asked for.
  void carry() {
    auto rest = shortest_rest;
    while (true) {
      if (abort_with_ >= 0) MPI_Abort(MPI_COMM_WORLD, abort_with_);
      const bool begun = begin_sending();
      const bool sent = end_sending() || begun;
      const bool received = receive_one();
      rest = sent || received ? shortest_rest : std::min(2 * rest, longest_rest);
      std::unique_lock lock(mutex_);
      if (closing_ && outgoing_.empty() && sending_.empty()) return;
      if (!sent && !received)
        work_.wait_for(lock, rest, [this] { return !outgoing_.empty() || (closing_ && sending_.empty()); });
    }
  }

  bool begin_sending() {
    std::deque<std::pair<int, std::string>> taken;
    {
      const std::scoped_lock lock(mutex_);
      taken = std::exchange(outgoing_, {});
    }
    for (auto& [to, message] : taken) {
      Sending& sending = sending_.emplace_back(Sending{.to = to, .message = std::move(message)});
      if (MPI_Isend(sending.message.data(), static_cast<int>(sending.message.size()), MPI_BYTE, to, tag,
                    MPI_COMM_WORLD, &sending.request) == MPI_SUCCESS)
        continue;
      sending_.pop_back();
      arrive({.from = to});
    }
    return !taken.empty();
  }

  bool end_sending() {
    const auto before = sending_.size();
    std::erase_if(sending_, [this](Sending& sending) {
      int done = 0;
      if (MPI_Test(&sending.request, &done, MPI_STATUS_IGNORE) == MPI_SUCCESS) return done != 0;
      arrive({.from = sending.to});
      return true;
    });
    return sending_.size() < before;
  }

  bool receive_one() {
    {
      const std::scoped_lock lock(mutex_);
      if (waiting_bytes_ > most_waiting_bytes) return false;
    }
    int there = 0;
    MPI_Message handle = MPI_MESSAGE_NULL;
    MPI_Status status;
    if (MPI_Improbe(MPI_ANY_SOURCE, tag, MPI_COMM_WORLD, &there, &handle, &status) != MPI_SUCCESS ||
        there == 0)
      return false;
    int bytes = 0;
    MPI_Get_count(&status, MPI_BYTE, &bytes);
    std::string message(static_cast<std::size_t>(std::max(bytes, 0)), '\0');
    ranks::Incoming incoming{.from = status.MPI_SOURCE};
    if (MPI_Mrecv(message.data(), bytes, MPI_BYTE, &handle, MPI_STATUS_IGNORE) == MPI_SUCCESS)
      incoming.message = std::move(message);
    arrive(std::move(incoming));
    return true;
  }

  void arrive(ranks::Incoming incoming) {
    const std::scoped_lock lock(mutex_);
    waiting_bytes_ += size_of(incoming);
    incoming_.push_back(std::move(incoming));
    arrived_.notify_all();
  }

  int rank_ = 0;
  int size_ = 1;
  std::atomic<int> abort_with_ = -1;
  std::list<Sending> sending_;  ///< the thread's alone

  std::mutex mutex_;
  std::condition_variable work_;     ///< for the thread
  std::condition_variable arrived_;  ///< for whoever receives
  std::deque<std::pair<int, std::string>> outgoing_;
  std::deque<ranks::Incoming> incoming_;
  std::uint64_t waiting_bytes_ = 0;
  bool woken_ = false;
  bool closing_ = false;

  std::jthread thread_;
};

}  // namespace

Result<std::unique_ptr<RankTransport>> connect_ranks() {
  auto transport = std::make_unique<MpiTransport>();
  WINDHOVER_RETURN_IF_ERROR(transport->start());
  return transport;
}

}  // namespace windhover::app
