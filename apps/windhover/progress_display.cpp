#include "apps/windhover/progress_display.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>

#include "apps/windhover/console.hpp"
#include "apps/windhover/text.hpp"
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace windhover::app {
namespace {

constexpr double seconds_between_lines = 5;
constexpr int bar_width = 30;

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

/// A line every few seconds, for logs and pipes.
class PlainDisplay final : public study::Observer {
 public:
  void note(std::string_view text) override { console::say_message(text); }

  void progress(const study::Progress& progress) override {
    if (progress.seconds < next_line_) return;
    next_line_ = progress.seconds + seconds_between_lines;
    std::string line = summary_of(progress);
    for (const auto& run : progress.running) line += "; " + running_text(run);
    console::say("{}\n", line);
  }

 private:
  double next_line_ = seconds_between_lines;
};

/// A bar and a line for each running run, redrawn in place.
class TerminalDisplay final : public study::Observer {
 public:
  explicit TerminalDisplay(bool colours) : colours_(colours) {}

  void note(std::string_view text) override {
    erase();
    console::say_message(text);
  }

  void progress(const study::Progress& progress) override {
    erase();
    put(bar(progress.fraction) + " " + summary_of(progress), colours_);
    for (const auto& run : progress.running) put("  " + running_text(run), false);
  }

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

  void erase() {
    if (lines_ > 0) console::draw(fmt::format("\033[{}A\r\033[J", lines_));
    lines_ = 0;
  }

  bool colours_;
  int lines_ = 0;  ///< drawn, to be replaced
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
  if (!stderr_is_terminal()) return std::make_unique<PlainDisplay>();
  return std::make_unique<TerminalDisplay>(!is_set("NO_COLOR"));
}

}  // namespace windhover::app
