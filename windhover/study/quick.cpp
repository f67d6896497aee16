#include "windhover/study/quick.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include <fmt/format.h>

namespace windhover::study {
namespace {

constexpr int most_quick_episodes = 200;
constexpr int fewest_episodes = 10;
constexpr std::size_t most_quick_episodes_of_all_runs = 8'000;  // 40 runs, the published study's, of 200
constexpr int evaluation_episodes = 20;
constexpr std::uint64_t steps_per_episode = 100;

std::uint64_t steps_of(int episodes) { return static_cast<std::uint64_t>(episodes) * steps_per_episode; }

/// The most that a key may be in a quick study with so many episodes; none for a key that is not shortened.
std::optional<std::uint64_t> most_of(std::string_view key, int episodes) {
  if (key == "training.episodes") return static_cast<std::uint64_t>(episodes);
  if (key == "training.steps") return steps_of(episodes);
  if (key == "evaluation.episodes") return std::uint64_t{evaluation_episodes};
  return std::nullopt;
}

}  // namespace

int quick_episodes(std::size_t runs) {
  const auto share =
      static_cast<int>(std::min<std::size_t>(most_quick_episodes, most_quick_episodes_of_all_runs / runs));
  return std::max(fewest_episodes, share);
}

Result<void> shorten_levels(Factor& factor, const Document& document, int episodes) {
  const auto cap = most_of(factor.key, episodes);
  if (!cap) return {};
  const auto most = static_cast<double>(*cap);
  double largest = 0;
  for (const Json& level : factor.levels) {
    if (!level.is_number_integer() || level.get<double>() < 1) return {};  // refused where the cells are made
    largest = std::max(largest, level.get<double>());
  }
  if (largest <= most) return {};
  std::set<long long> distinct;
  for (Json& level : factor.levels) {
    const auto shorter = std::max(std::llround(level.get<double>() * most / largest), 1LL);
    level = shorter;
    distinct.insert(shorter);
  }
  if (distinct.size() == factor.levels.size()) return {};
  return usage_error(fmt::format(
      "{}: '{}' has levels that --quick, which shortens the largest to {}, can not keep apart; leave "
      "--quick out, or give levels that are nearer to each other",
      document.place(factor.given_as), factor.name, most));
}

Json shortened(std::string_view key, const Json& value, int episodes) {
  const auto most = most_of(key, episodes);
  if (!most || !value.is_number_integer() || value.get<double>() <= static_cast<double>(*most)) return value;
  return *most;
}

void shorten(Where& where, int episodes) {
  for (auto& setting : where.settings) setting.value = shortened(setting.key, setting.value, episodes);
}

void shorten(Settings& settings, int episodes) {
  auto& training = settings.training;
  training.episodes = std::min(training.episodes, episodes);
  training.steps = std::min(training.steps, steps_of(episodes));
  settings.evaluation.episodes = std::min(settings.evaluation.episodes, evaluation_episodes);
}

}  // namespace windhover::study
