#include "apps/windhover/progress_display.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "apps/windhover/console.hpp"
#include "apps/windhover/text.hpp"
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "windhover/core/threads.hpp"

namespace windhover::app {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto silence = 2s;  // before anything is shown, however many activities that is
constexpr auto time_between_lines = 5s;
constexpr auto time_between_drawings = 200ms;
constexpr int bar_width = 30;

double seconds_of(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

std::string summary_of(const study::Progress& progress) {
  std::string text =
      fmt::format("{:5.1f} %  {}/{} runs", 100 * progress.fraction, progress.runs_done, progress.runs);
  if (progress.runs_failed > 0) text += fmt::format(" ({} failed)", progress.runs_failed);
  text += fmt::format("  {:.0f} steps/s", progress.steps_per_second);
  if (progress.seconds_left >= 0) text += fmt::format("  {} left", duration_text(progress.seconds_left));
  return text;
}

std::string running_text(const study::Progress::Running& run) {
  const char* stage = run.stage == study::RunStage::evaluating ? "evaluating" : "training";
  return fmt::format("{} {:3.0f} % {}", run.id.folder().string(), 100 * run.fraction, stage);
}

/// At most so many bytes of the line, and no half of a character.
std::string start_of(const std::string& line, std::size_t bytes) {
  const auto goes_on = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; };
  bytes = std::min(bytes, line.size());
  while (bytes > 0 && bytes < line.size() && goes_on(line[bytes])) --bytes;
  return line.substr(0, bytes);
}

std::string activity_text(std::string_view what, std::size_t done, std::size_t all, Clock::duration time) {
  const auto count = all > 0 ? fmt::format(" {} of {},", done, all) : "";
  return fmt::format("{}:{} {}", what, count, duration_text(seconds_of(time)));
}

/// What progress is drawn on.
class Screen {
 public:
  virtual ~Screen() = default;
  virtual void note(std::string_view text) = 0;
  virtual void progress(const study::Progress& progress) = 0;
  virtual void activity(std::string text) = 0;
  /// The activity has ended.
  virtual void clear() = 0;
  /// Between two drawings of an activity.
  [[nodiscard]] virtual Clock::duration interval() const = 0;
};

/// A line every few seconds, for logs and pipes.
class PlainScreen final : public Screen {
 public:
  void note(std::string_view text) override { console::say_message(text); }

  void progress(const study::Progress& progress) override {
    if (progress.seconds < next_line_) return;
    next_line_ = progress.seconds + seconds_of(time_between_lines);
    std::string line = summary_of(progress);
    for (const auto& run : progress.running) line += "; " + running_text(run);
    note(line);
  }

  void activity(std::string text) override { note(text); }
  void clear() override {}
  [[nodiscard]] Clock::duration interval() const override { return time_between_lines; }

 private:
  double next_line_ = seconds_of(silence);
};

/// A bar and a line for each running run, redrawn in place.
class TerminalScreen final : public Screen {
 public:
  explicit TerminalScreen(bool colours) : colours_(colours) {}

  void note(std::string_view text) override {
    clear();
    console::say_message(text);
  }

  void progress(const study::Progress& progress) override {
    clear();
    put(bar(progress.fraction) + " " + summary_of(progress), colours_);
    for (const auto& run : progress.running) put("  " + running_text(run), false);
  }

  void activity(std::string text) override {
    clear();
    put(std::move(text), colours_);
  }

  void clear() override {
    if (lines_ > 0) console::draw(fmt::format("\033[{}A\r\033[J", lines_));
    lines_ = 0;
  }

  [[nodiscard]] Clock::duration interval() const override { return time_between_drawings; }

 private:
  static std::string bar(double fraction) {
    const auto filled = static_cast<std::size_t>(std::lround(std::clamp(fraction, 0.0, 1.0) * bar_width));
    return fmt::format("[{:.<{}}]", std::string(filled, '#'), bar_width);
  }

  void put(const std::string& text, bool coloured) {
    winsize size{};
    const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    const auto line = start_of(printable(text), known ? size.ws_col - 1U : 79U);
    console::draw(fmt::format("{}{}{}\n", coloured ? "\033[36m" : "", line, coloured ? "\033[0m" : ""));
    ++lines_;
  }

  bool colours_;
  int lines_ = 0;  ///< drawn, to be replaced
};

/// Passes on what it is told, and by its own thread draws the activity again that nobody speaks of meanwhile.
class ProgressDisplay final : public study::Observer {
 public:
  explicit ProgressDisplay(std::unique_ptr<Screen> screen) : screen_(std::move(screen)) {
    // Without the thread work goes on without that progress.
    if (auto thread = start_thread([this](const std::stop_token& ended) { draw_until(ended); }))
      thread_ = *std::move(thread);
  }

  ~ProgressDisplay() override {
    activity({});
    thread_.request_stop();
  }

  void note(std::string_view text) override {
    const std::scoped_lock lock(mutex_);
    screen_->note(text);
  }

  void progress(const study::Progress& progress) override {
    const std::scoped_lock lock(mutex_);
    what_.clear();
    shown_ = false;
    next_drawing_ = Clock::now() + silence;
    screen_->progress(progress);
  }

  void activity(const Activity& activity) override {
    const std::scoped_lock lock(mutex_);
    if (activity.what != what_) {
      if (shown_) screen_->clear();
      shown_ = false;
      start_ = Clock::now();
    }
    what_ = activity.what;
    done_ = activity.done;
    all_ = activity.all;
  }

 private:
  void draw_until(const std::stop_token& ended) {
    std::unique_lock lock(mutex_);
    while (!ended.stop_requested()) {
      const auto now = Clock::now();
      if (!what_.empty() && now >= next_drawing_) {
        screen_->activity(activity_text(what_, done_, all_, now - start_));
        shown_ = true;
        next_drawing_ = now + screen_->interval();
      }
      changed_.wait_for(lock, ended, time_between_drawings, [] { return false; });
    }
  }

  std::mutex mutex_;  ///< guards all below but the thread
  std::condition_variable_any changed_;
  std::unique_ptr<Screen> screen_;
  std::string what_;  ///< empty if there is no activity
  std::size_t done_ = 0;
  std::size_t all_ = 0;
  Clock::time_point start_;                                  ///< of the activity
  Clock::time_point next_drawing_ = Clock::now() + silence;  ///< of whatever activity there is then
  bool shown_ = false;                                       ///< the activity
  std::jthread thread_;                                      ///< last, so that it ends first
};

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool stderr_is_terminal() {
  const char* terminal = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

}  // namespace

std::unique_ptr<study::Observer> make_progress_display() {
  std::unique_ptr<Screen> screen;
  if (stderr_is_terminal()) {
    screen = std::make_unique<TerminalScreen>(!is_set("NO_COLOR"));
  } else {
    screen = std::make_unique<PlainScreen>();
  }
  return std::make_unique<ProgressDisplay>(std::move(screen));
}

}  // namespace windhover::app
