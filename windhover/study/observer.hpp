#pragma once

#include <cstdint>
#include <stop_token>
#include <string_view>
#include <utility>
#include <vector>

#include "windhover/core/watch.hpp"
#include "windhover/record/record.hpp"

namespace windhover::study {

/// What a run is doing.
enum class RunStage { waiting, training, evaluating, done };

/// How far a study has come.
struct Progress {
  struct Running {
    record::RunId id;
    RunStage stage = RunStage::waiting;
    double fraction = 0;  ///< of the run's work
  };

  std::size_t runs = 0;
  std::size_t runs_done = 0;    ///< finished or failed, earlier sessions included
  std::size_t runs_failed = 0;  ///< of these
  double fraction = 0;          ///< of the study's work, earlier sessions included
  double seconds = 0;           ///< of this session
  double steps_per_second = 0;  ///< trained in this session
  double seconds_left = -1;     ///< an estimate; negative while there is none
  std::vector<Running> running;
};

/// Told what a study does, always from the thread that started it.
class Observer {
 public:
  virtual ~Observer() = default;
  /// Something a person should know: "audit passed", "the saved state of ... is damaged, starting that run
  /// again".
  virtual void note(std::string_view text) = 0;
  /// What is done beside the runs, told as it goes on; empty once it has ended.
  virtual void activity(const Activity& /*activity*/) {}
  /// Several times a second while runs are at work.
  virtual void progress(const Progress& progress) = 0;
};

/// A watch that tells `observer`, which must outlive it.
[[nodiscard]] inline Watch watch_by(Observer& observer, std::stop_token stop = {}) {
  return Watch(std::move(stop), [&observer](const Activity& activity) { observer.activity(activity); });
}

}  // namespace windhover::study
