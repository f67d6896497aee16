#include <algorithm>
#include <map>
#include <system_error>

#include "apps/windhover/command.hpp"
#include "apps/windhover/console.hpp"
#include "apps/windhover/progress_display.hpp"
#include "apps/windhover/verify.hpp"
#include <fmt/ranges.h>

#include "windhover/core/files.hpp"
#include "windhover/core/json_text.hpp"
#include "windhover/core/nearest.hpp"
#include "windhover/golden/cart_pole_trace.hpp"
#include "windhover/golden/offload_trace.hpp"
#include "windhover/golden/updates.hpp"

namespace windhover::app {
namespace {

namespace fs = std::filesystem;

/// What the check of one file found: a largest error beside its tolerance, for each number format that was
/// checked.
struct GoldenCheck {
  std::string what;  ///< "in double"; empty if there is only one
  double error = 0;
  double tolerance = 0;
  std::string worst;  ///< where the error is; may be empty
  [[nodiscard]] bool passed() const { return error <= tolerance; }
};
using GoldenChecks = std::vector<GoldenCheck>;

constexpr double channel_tolerance = 1e-9;
constexpr std::uint64_t largest_golden_file = std::uint64_t{1} << 28;

GoldenChecks of_update(const golden::GoldenErrors& errors) {
  return {{"in double", errors.in_double, golden::double_tolerance, errors.worst_in_double},
          {"in float", errors.in_float, golden::float_tolerance, errors.worst_in_float}};
}

Result<GoldenChecks> check_update(const Json& file) {
  return golden::check_update(file).transform(of_update);
}

Result<GoldenChecks> check_async(const Json& file) { return golden::check_async(file).transform(of_update); }

Result<GoldenChecks> check_trace(const Json& file) {
  return golden::replay_trace(file).transform([](const golden::TraceErrors& errors) {
    return GoldenChecks{{"", errors.largest(), golden::trace_tolerance, errors.worst}};
  });
}

Result<GoldenChecks> check_channel(const Json& file) {
  return golden::check_channel(file).transform([](double error) {
    return GoldenChecks{{"", error, channel_tolerance, ""}};
  });
}

Result<GoldenChecks> check_cart_pole(const Json& file) {
  return golden::replay_cart_pole(file).transform([](const golden::CartPoleErrors& errors) {
    return GoldenChecks{{"", errors.largest(), golden::cart_pole_tolerance, errors.worst}};
  });
}

using Check = Result<GoldenChecks> (*)(const Json&);

const std::map<std::string, Check>& checks() {
  static const std::map<std::string, Check> all = {{golden::update_kind, check_update},
                                                   {golden::async_kind, check_async},
                                                   {golden::trace_kind, check_trace},
                                                   {golden::channel_kind, check_channel},
                                                   {golden::cart_pole_kind, check_cart_pole}};
  return all;
}

Result<Json> read_golden(const fs::path& path) {
  const auto text = read_file(path, largest_golden_file);
  if (!text) return Failure(text.error());
  auto json = parse_json(*text);
  if (!json) return in_context(path.string(), json.error());
  return json;
}

Result<std::string> kind_of(const Json& file) {
  const auto kind = file.is_object() ? file.find("kind") : file.end();
  if (!file.is_object() || kind == file.end() || !kind->is_string())
    return failure("it has no text \"kind\"");
  return kind->get<std::string>();
}

/// One line of the answer.
struct Line {
  std::string file;
  std::string kind = {};
  GoldenChecks comparisons = {};
  std::string fault = {};  ///< why it could not be checked; empty if it could
  [[nodiscard]] bool passed() const {
    return fault.empty() && std::ranges::all_of(comparisons, &GoldenCheck::passed);
  }
};

Line verify_file(const fs::path& path) {
  Line line{.file = path.filename().string()};
  const auto file = read_golden(path);
  const auto kind = file ? kind_of(*file) : Result<std::string>(Failure(file.error()));
  if (!kind) {
    line.fault = kind.error().message;
    return line;
  }
  line.kind = *kind;
  const auto check = checks().find(*kind);
  if (check == checks().end()) {
    std::vector<std::string> kinds;
    for (const auto& [name, unused] : checks()) kinds.push_back(name);
    line.fault = fmt::format("unknown kind '{}'{}", *kind, suggestion(*kind, kinds));
    return line;
  }
  auto comparisons = check->second(*file);
  if (comparisons) {
    line.comparisons = *std::move(comparisons);
  } else {
    line.fault = comparisons.error().message;
  }
  return line;
}

std::string text_of(const Line& line) {
  if (!line.fault.empty()) return line.fault;
  std::string text = "largest error";
  for (const auto& comparison : line.comparisons) {
    text += fmt::format("{}{}{} {:.3g} (at most {:g})", &comparison == line.comparisons.data() ? "" : ",",
                        comparison.what.empty() ? "" : " ", comparison.what, comparison.error,
                        comparison.tolerance);
    if (!comparison.passed() && !comparison.worst.empty()) text += " at " + comparison.worst;
  }
  return text;
}

Json json_of(const Line& line) {
  Json comparisons = Json::array();
  for (const auto& comparison : line.comparisons) {
    comparisons.push_back({{"what", comparison.what},
                           {"largest_error", comparison.error},
                           {"tolerance", comparison.tolerance},
                           {"worst", comparison.worst}});
  }
  return {{"file", line.file},
          {"kind", line.kind},
          {"passed", line.passed()},
          {"fault", line.fault},
          {"comparisons", std::move(comparisons)}};
}

Result<std::vector<fs::path>> golden_files(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  if (error) return failure(fmt::format("cannot read the folder '{}': {}", folder.string(), error.message()));
  if (files.empty())
    return failure(fmt::format("the folder '{}' has no golden file (*.json)", folder.string()));
  std::ranges::sort(files);
  return files;
}

}  // namespace

Result<int> verify_golden(const fs::path& folder, bool json) {
  const auto files = golden_files(folder);
  if (!files) return Failure(files.error());
  std::size_t passed = 0;
  Json lines = Json::array();
  const auto display = make_progress_display();
  for (const auto& path : *files) {
    display->activity({.what = "golden files", .done = lines.size(), .all = files->size()});
    const Line line = verify_file(path);
    display->activity({});
    if (line.passed()) ++passed;
    lines.push_back(json_of(line));
    if (!json) {
      console::print("{}  {}  {}  {}\n", line.passed() ? "pass" : "FAIL", line.file,
                     line.kind.empty() ? "-" : line.kind, text_of(line));
    }
  }
  const bool all = passed == files->size();
  if (json) {
    console::print_json(Json{{"passed", all}, {"files", std::move(lines)}});
  } else {
    console::print("{} of {} files pass\n", passed, files->size());
  }
  return all ? exit_done : exit_failed;
}

}  // namespace windhover::app
