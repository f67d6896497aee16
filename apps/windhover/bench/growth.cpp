#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "apps/windhover/bench/benchmark.hpp"
#include "apps/windhover/bench/growth_drawing.hpp"
#include "apps/windhover/output_file.hpp"
#include <fmt/format.h>

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

/// What this program prints when started again with `arguments`: a process of its own, so that its memory is
/// its own.
Result<Json> run_program(const std::string& arguments) {
  const auto program = std::filesystem::read_symlink("/proc/self/exe");
  const auto command = fmt::format("'{}' {}", program.string(), arguments);
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  if (pipe == nullptr) return failure(fmt::format("can not start: {}", command));
  std::string text;
  std::array<char, 4096> buffer{};
  for (std::size_t count = 0; (count = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) > 0;)
    text.append(buffer.data(), count);
  Json result = Json::parse(text, nullptr, false);
  if (result.is_discarded()) return failure(fmt::format("no result from: {}", command));
  return result;
}

Result<Json> measure_point(const BenchArguments& arguments, const Dimension& dimension, int value) {
  const bool study = std::string_view(dimension.benchmark) == "study";
  const auto options = study ? std::string("--jobs 1 --episodes 20 --repeats 1")
                             : fmt::format("--cell {} --repeats {} --seconds {}", arguments.cell,
                                           arguments.repeats, arguments.seconds);
  auto measured = run_program(
      fmt::format("bench {} --{} {} {} --json", dimension.benchmark, dimension.name, value, options));
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
  Json result = {{"benchmark", "growth"}, {"cell", arguments.cell}, {"series", Json::array()}};
  for (const Dimension& dimension : dimensions()) {
    if (!arguments.dimension.empty() && arguments.dimension != dimension.name) continue;
    Json points = Json::array();
    for (const int value : dimension.values) {
      auto point = measure_point(arguments, dimension, value);
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
