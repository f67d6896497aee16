#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string_view>
#include <utility>

namespace windhover {

/// What is being done, and how far it has come.
struct Activity {
  std::string_view what;  ///< "audit"; empty if nothing is being done
  std::size_t done = 0;
  std::size_t all = 0;  ///< 0 if that is not known
};

/// What work that may take long is given: whether it is to stop, which it asks several times a second, and
/// whom it tells how far it has come, before each part that may take a moment. By default nobody watches.
class Watch {
 public:
  using Tell = std::function<void(const Activity&)>;

  Watch() = default;
  explicit Watch(std::stop_token stop, Tell tell = {}) : stop_(std::move(stop)), tell_(std::move(tell)) {}

  [[nodiscard]] const std::stop_token& stop() const { return stop_; }
  [[nodiscard]] bool stop_requested() const { return stop_.stop_requested(); }

  void tell(const Activity& activity) const {
    if (tell_) tell_(activity);
  }

 private:
  std::stop_token stop_;
  Tell tell_;
};

}  // namespace windhover
