#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/env/offload.hpp"
#include "windhover/env/registry.hpp"

/// docs/environments.md and docs/environments/ against the code.
namespace windhover::env {
namespace {

using ::testing::HasSubstr;

std::string content_of(const std::string& path) {
  std::ifstream file(WINDHOVER_SOURCE_DIR "/" + path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The blocks of C++ in a document.
std::vector<std::string> code_blocks(const std::string& document) {
  const std::string fence = "```cpp\n";
  std::vector<std::string> blocks;
  for (auto begin = document.find(fence); begin != std::string::npos; begin = document.find(fence, begin)) {
    begin += fence.size();
    blocks.push_back(document.substr(begin, document.find("```", begin) - begin));
  }
  return blocks;
}

/// The blocks together are the compiled header, so that the example in the document is the one that is
/// tested.
TEST(EnvironmentsDocument, QuotesTheWorkedExampleWhole) {
  const auto blocks = code_blocks(content_of("docs/environments.md"));
  ASSERT_GT(blocks.size(), 3U);
  EXPECT_EQ(fmt::format("{}", fmt::join(blocks, "\n")), content_of("windhover/env/t_maze.hpp"));
}

TEST(EnvironmentsDocument, ListsEveryEnvironmentOfTheRegistry) {
  const auto text = content_of("docs/environments.md");
  for (const Description& entry : registry()) {
    EXPECT_THAT(text, HasSubstr(fmt::format("| `{}` | {} | {} |", entry.name, fmt::join(entry.profiles, ", "),
                                            entry.summary)));
  }
}

TEST(EnvironmentsDocument, SaysWhatEachHides) {
  const auto text = content_of("docs/environments.md");
  for (const Description& entry : registry()) {
    if (entry.hidden.empty()) {
      EXPECT_THAT(text, HasSubstr(fmt::format("| `{}` | nothing | |", entry.name)));
    }
    for (const auto& number : entry.hidden) {
      EXPECT_THAT(
          text, HasSubstr(fmt::format("| `{}` | `{}` | {} |", entry.name, number.name, number.description)));
    }
  }
}

/// The cells of the table under this heading, row by row, without its head.
std::vector<std::vector<std::string>> table_under(const std::string& document, const std::string& heading) {
  std::istringstream lines(document.substr(std::min(document.find("\n" + heading + "\n"), document.size())));
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(lines, line) && (rows.empty() || line.starts_with("|"));) {
    if (!line.starts_with("|")) continue;
    std::vector<std::string> cells;
    std::istringstream parts(line.substr(1));
    for (std::string cell; std::getline(parts, cell, '|');)
      cells.emplace_back(cell.size() > 2 ? cell.substr(1, cell.size() - 2) : "");
    rows.push_back(std::move(cells));
  }
  rows.erase(rows.begin(), rows.begin() + std::min<std::ptrdiff_t>(2, std::ssize(rows)));
  return rows;
}

/// A UAV somewhere in an episode, each part of which can be made one unit larger.
struct Flight {
  OffloadConfig config;
  double velocity_kmh = 60;
  int longer_units = -1;   ///< place of the task in the UAV's queue that has a unit more
  int longer_epochs = -1;  ///< place of the task that has an epoch more
  OffloadState state = {};

  [[nodiscard]] std::vector<float> observation() const {
    const auto parameters = OffloadEnv::make_parameters(config, velocity_kmh, Mode::evaluation).value();
    OffloadState seen = state;
    for (int place = 0; place < config.slots; ++place) {
      seen.local.append({static_cast<std::uint16_t>(place == longer_units ? 8 : 7),
                         static_cast<std::uint16_t>(place == longer_epochs ? 10 : 9)});
    }
    std::vector<float> values(static_cast<std::size_t>(OffloadEnv::observation_size(config)));
    OffloadEnv::observe(parameters, seen, values);
    return values;
  }
};

using Change = std::function<void(Flight&, int)>;

/// What makes a value of the table larger by one unit; the number is the place within the row.
const std::map<std::string, Change> changes = {
    {"`local_units_free`", [](Flight& flight, int) { ++flight.state.local_units_free; }},
    {"`epochs_left`", [](Flight& flight, int) { ++flight.state.epochs_left; }},
    {"`local` units", [](Flight& flight, int place) { flight.longer_units = place; }},
    {"`local` epochs", [](Flight& flight, int place) { flight.longer_epochs = place; }},
    {"`task` units", [](Flight& flight, int) { ++flight.state.task.units; }},
    {"`task` epochs", [](Flight& flight, int) { ++flight.state.task.epochs; }},
    {"`local_ok`", [](Flight& flight, int) { flight.state.local_ok = true; }},
    {"`offload_ok`", [](Flight& flight, int) { flight.state.offload_ok = true; }},
    {"velocity", [](Flight& flight, int) { ++flight.velocity_kmh; }},
    {"`local_units`", [](Flight& flight, int) { ++flight.config.local_units; }}};

/// "2 to 21" or "2".
std::pair<int, int> indices_of(const std::string& text) {
  const int first = std::stoi(text);
  const auto to = text.find(" to ");
  return {first, to == std::string::npos ? first : std::stoi(text.substr(to + 4))};
}

/// 1 for "1"; of "`max_task_units` (200)" the setting's value.
double divisor_of(const std::string& text, const OffloadConfig& config) {
  if (!text.starts_with("`")) return std::stod(text);
  return fields::to_json(config).at(text.substr(1, text.find('`', 1) - 1)).get<double>();
}

const std::string offload_document = "docs/environments/offload.md";

/// Each value is where the table has it, alone moves with what the table says it is of, and by as much.
TEST(OffloadDocument, ItsObservationsAreThoseOfTheCode) {
  const auto rows = table_under(content_of(offload_document), "## Observation");
  for (const auto& profile : offload_profiles()) {
    Flight flight{.config = profile.config};
    flight.config.local_units = 100;  // beyond 120 the context is clipped
    const auto before = flight.observation();
    std::vector<int> listed;
    for (const auto& row : rows) {
      ASSERT_EQ(row.size(), 4U) << row.front();
      const auto [first, last] = indices_of(row[0]);
      ASSERT_TRUE(changes.contains(row[3])) << row[3];
      for (int index = first; index <= last; ++index) {
        listed.push_back(index);
        Flight changed = flight;
        changes.at(row[3])(changed, index - first);
        auto expected = before;
        expected.at(static_cast<std::size_t>(index)) +=
            static_cast<float>(1 / divisor_of(row[2], flight.config));
        EXPECT_THAT(changed.observation(), ::testing::Pointwise(::testing::FloatNear(1e-6F), expected))
            << profile.name << ", " << row[1];
      }
    }
    ASSERT_EQ(listed.size(), before.size());
    for (std::size_t index = 0; index < listed.size(); ++index)
      EXPECT_EQ(listed[index], static_cast<int>(index));
  }
}

TEST(OffloadDocument, WhatItCallsHiddenIsNotObserved) {
  const Flight flight{.config = offload_profiles()[0].config};
  Flight changed = flight;
  changed.state.channel_good = !changed.state.channel_good;
  changed.state.cloud.append({100, 10});
  EXPECT_EQ(changed.observation(), flight.observation());
}

/// Every setting in which profiles differ, with its values and a reason.
TEST(OffloadDocument, SetsTheProfilesSideBySide) {
  std::map<std::string, std::vector<std::string>> expected;
  for (const auto& field : OffloadConfig::fields()) {
    std::vector<std::string> values;
    for (const auto& profile : offload_profiles())
      values.push_back(fields::to_json(profile.config)[field.name].dump());
    const bool differ = std::ranges::count(values, values.front()) != std::ssize(values);
    if (differ) expected["`" + field.name + "`"] = values;
  }
  std::map<std::string, std::vector<std::string>> listed;
  for (const auto& row : table_under(content_of(offload_document), "## Profiles")) {
    EXPECT_GT(row.back().size(), 10U) << "no reason for " << row.front();
    listed[row.front()] = {row.begin() + 1, row.end() - 1};
  }
  EXPECT_EQ(listed, expected);
}

}  // namespace
}  // namespace windhover::env
