#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/env/registry.hpp"

/// docs/environments.md against the code.
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

}  // namespace
}  // namespace windhover::env
