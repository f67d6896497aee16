#include <array>
#include <chrono>
#include <cmath>
#include <csignal>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "apps/windhover/bench/benchmark.hpp"
#include "apps/windhover/bench/growth_drawing.hpp"
#include "apps/windhover/output_file.hpp"
#include "apps/windhover/signals.hpp"
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "windhover/core/descriptor.hpp"

namespace windhover::app {
namespace {

/// What is varied, with the benchmark that takes it; everything else stays at the published values.
struct Dimension {
  const char* name;
  const char* benchmark;
  std::vector<int> values;
};

const std::array<Dimension, 4>& dimensions() {
  static const std::array<Dimension, 4> all = {{{"hidden", "train", {32, 64, 128, 256, 512}},
                                                {"rollout", "train", {5, 20, 100}},
                                                {"workers", "train", {1, 5, 10, 50}},
                                                {"seeds", "study", {1, 5, 50}}}};
  return all;
}

/// A file without a name, in memory, for what a program prints.
class Printed {
 public:
  [[nodiscard]] int descriptor() const { return file_.get(); }

  [[nodiscard]] std::string text() const {
    std::string text;
    std::array<char, 4096> buffer{};
    ssize_t count = 0;
    while ((count = ::pread(file_.get(), buffer.data(), buffer.size(), static_cast<off_t>(text.size()))) > 0)
      text.append(buffer.data(), static_cast<std::size_t>(count));
    return text;
  }

 private:
  Descriptor file_{::memfd_create("printed", MFD_CLOEXEC)};
};

/// This program started again with `arguments`: a process of its own, so that its memory is its own. It is
/// told to end if it has not by the time this goes.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    std::vector<char*> words;
    for (auto& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, out_.descriptor(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, err_.descriptor(), STDERR_FILENO);
    runs_ = ::posix_spawn(&id_, "/proc/self/exe", &actions, nullptr, words.data(), environ) == 0;
    ::posix_spawn_file_actions_destroy(&actions);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    if (!runs_) return;
    ::kill(id_, SIGTERM);
    ::waitpid(id_, nullptr, 0);
  }

  /// What it has printed on stdout by its end. Errors: it was not started; stopped.
  [[nodiscard]] Result<std::string> output(const std::stop_token& stop) {
    if (!runs_) return failure("the program cannot be started again");
    while (::waitpid(id_, nullptr, WNOHANG) == 0) {
      if (stop.stop_requested()) return stopped();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    runs_ = false;
    return out_.text();
  }

  [[nodiscard]] std::string messages() const { return err_.text(); }

 private:
  Printed out_;
  Printed err_;
  pid_t id_ = -1;
  bool runs_ = false;
};

/// What `windhover bench` prints for `arguments`.
Result<Json> run_bench(const std::string& arguments, const std::stop_token& stop) {
  std::vector<std::string> words = {"windhover", "bench"};
  std::istringstream separate(arguments);
  for (std::string word; separate >> word;) words.push_back(word);
  Program program(words);
  const auto text = program.output(stop);
  if (!text) return Failure(text.error());
  Json result = Json::parse(*text, nullptr, false);
  if (result.is_discarded())
    return failure(fmt::format("no result from: windhover bench {}\n{}", arguments, program.messages()));
  return result;
}

Result<Json> measure_point(const BenchArguments& arguments, const Dimension& dimension, int value,
                           const std::stop_token& stop) {
  const bool study = std::string_view(dimension.benchmark) == "study";
  const auto options = study ? std::string("--jobs 1 --episodes 20 --repeats 1")
                             : fmt::format("--cell {} --repeats {} --seconds {}", arguments.cell,
                                           arguments.repeats, arguments.seconds);
  auto measured = run_bench(
      fmt::format("{} --{} {} {} --json", dimension.benchmark, dimension.name, value, options), stop);
  if (!measured) return Failure(measured.error());
  const Json& rates = study ? (*measured)["jobs"][0] : *measured;
  Json point = {{"value", value},
                {"steps_per_second", rates["steps_per_second"]},
                {"steps_per_second_range", rates["steps_per_second_range"]},
                {"peak_rss_mb", (*measured)["peak_rss_mb"]}};
  if (!study) point["achieved_over_bound"] = rates["achieved_over_bound"];
  return point;
}

}  // namespace

Result<Json> bench_growth(const BenchArguments& arguments) {
  if (!arguments.drawing.empty())
    WINDHOVER_RETURN_IF_ERROR(require_replaceable(arguments.drawing, drawing_mark));
  const auto stop = stop_on_signals();  // so that the process at work is ended
  if (!stop) return Failure(stop.error());
  Json result = {{"benchmark", "growth"}, {"cell", arguments.cell}, {"series", Json::array()}};
  for (const Dimension& dimension : dimensions()) {
    if (!arguments.dimension.empty() && arguments.dimension != dimension.name) continue;
    Json points = Json::array();
    for (const int value : dimension.values) {
      const auto doing = fmt::format("{} = {}", dimension.name, value);
      arguments.watch.tell({.what = doing, .done = points.size(), .all = dimension.values.size()});
      auto point = measure_point(arguments, dimension, value, *stop);
      if (!point) return Failure(point.error());
      points.push_back(*std::move(point));
    }
    result["series"].push_back({{"name", dimension.name}, {"points", std::move(points)}});
  }
  if (!arguments.drawing.empty())
    WINDHOVER_RETURN_IF_ERROR(write_output(arguments.drawing, draw_growth(result), drawing_mark));
  return result;
}

}  // namespace windhover::app
