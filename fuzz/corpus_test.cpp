#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "fuzz/read_state.hpp"
#include "fuzz/targets.hpp"
#include <gtest/gtest.h>

#include "windhover/core/bytes.hpp"
#include "windhover/core/files.hpp"

namespace windhover::fuzz {
namespace {

std::vector<std::string> corpus_of(std::string_view name) {
  const auto folder = std::filesystem::path(WINDHOVER_SOURCE_DIR) / "fuzz" / "corpus" / name;
  std::vector<std::filesystem::path> paths;
  for (const auto& file : std::filesystem::directory_iterator(folder)) paths.push_back(file.path());
  std::ranges::sort(paths);
  std::vector<std::string> contents;
  contents.reserve(paths.size());
  for (const auto& path : paths) contents.push_back(read_file(path).value());
  if (name == "state") {
    for (const auto& state : written_states()) contents.emplace_back(as_text(state));
  }
  return contents;
}

/// Small changes of the files of a corpus, the same on every machine.
class Mutations {
 public:
  explicit Mutations(std::vector<std::string> corpus) : corpus_(std::move(corpus)) {}

  std::string next() {
    std::string text = corpus_[below(corpus_.size())];
    for (std::size_t changes = 1 + below(3); changes > 0 && !text.empty(); --changes) change(text);
    return text;
  }

 private:
  std::size_t below(std::size_t bound) { return generator_() % bound; }

  void change(std::string& text) {
    const std::size_t place = below(text.size());
    const std::string& other = corpus_[below(corpus_.size())];
    switch (below(6)) {
      case 0:
        text[place] = static_cast<char>(text[place] ^ (1 << below(8)));
        break;
      case 1:
        text.resize(place);
        break;
      case 2:
        text.erase(place, 1 + below(16));
        break;
      case 3:
        text.replace(place, std::string::npos, other.substr(below(other.size() + 1)));
        break;
      case 4:
        text.insert(place, std::string(1 + below(5000), "[{(\"'.,\n-9"[below(10)]));
        break;
      default:
        text.insert(place, text.substr(below(text.size()), 1 + below(64)));
        break;
    }
  }

  std::vector<std::string> corpus_;
  std::mt19937 generator_{1};
};

class Corpus : public ::testing::TestWithParam<Target> {};

TEST_P(Corpus, AndSmallChangesOfItNeverCrash) {
  const auto read = [](const std::string& text) { GetParam().read(std::as_bytes(std::span(text))); };
  const auto corpus = corpus_of(GetParam().name);
  ASSERT_FALSE(corpus.empty());
  for (const auto& text : corpus) read(text);
  Mutations mutations(corpus);
  constexpr int count = 400;
  for (int i = 0; i < count; ++i) read(mutations.next());
}

INSTANTIATE_TEST_SUITE_P(Targets, Corpus, ::testing::ValuesIn(targets().begin(), targets().end()),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
}  // namespace windhover::fuzz
