#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "windhover/ranks/transport.hpp"

namespace windhover::ranks {

/// Ranks that are threads of one process: for tests, and to measure what handling messages costs without
/// what carrying them does.
class MemoryNetwork {
 public:
  explicit MemoryNetwork(int size) : boxes_(static_cast<std::size_t>(size)) {}

  [[nodiscard]] int size() const { return static_cast<int>(boxes_.size()); }

  void post(int to, Incoming incoming) {
    Box& box = boxes_[static_cast<std::size_t>(to)];
    const std::scoped_lock lock(box.mutex);
    box.incoming.push_back(std::move(incoming));
    box.changed.notify_all();
  }

  void wake(int rank) {
    Box& box = boxes_[static_cast<std::size_t>(rank)];
    const std::scoped_lock lock(box.mutex);
    box.woken = true;
    box.changed.notify_all();
  }

  [[nodiscard]] std::optional<Incoming> take(int rank, std::chrono::milliseconds longest) {
    Box& box = boxes_[static_cast<std::size_t>(rank)];
    std::unique_lock lock(box.mutex);
    box.changed.wait_for(lock, longest, [&] { return box.woken || !box.incoming.empty(); });
    box.woken = false;
    if (box.incoming.empty()) return std::nullopt;
    auto incoming = std::move(box.incoming.front());
    box.incoming.pop_front();
    return incoming;
  }

  /// All others are told that the rank is gone.
  void lose(int rank) {
    for (int other = 0; other < size(); ++other)
      if (other != rank) post(other, {.from = rank});
  }

 private:
  struct Box {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Incoming> incoming;
    bool woken = false;
  };
  std::deque<Box> boxes_;
};

/// One rank of it.
class MemoryTransport final : public Transport {
 public:
  MemoryTransport(MemoryNetwork& network, int rank) : network_(network), rank_(rank) {}

  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return network_.size(); }
  void send(int to, std::string message) override {
    network_.post(to, {.from = rank_, .message = std::move(message)});
  }
  [[nodiscard]] std::optional<Incoming> receive(std::chrono::milliseconds longest) override {
    return network_.take(rank_, longest);
  }
  void wake() override { network_.wake(rank_); }

 private:
  MemoryNetwork& network_;
  int rank_;
};

}  // namespace windhover::ranks
