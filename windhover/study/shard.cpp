#include "windhover/study/shard.hpp"

#include <charconv>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "windhover/study/list_schedule.hpp"

namespace windhover::study {
namespace {

constexpr int most_shards = 100'000;

std::optional<int> whole_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

}  // namespace

Result<Shard> parse_shard(std::string_view text) {
  const auto slash = text.find('/');
  if (slash != std::string_view::npos) {
    const auto number = whole_number(text.substr(0, slash));
    const auto count = whole_number(text.substr(slash + 1));
    if (number && count && *number >= 1 && *number <= *count && *count <= most_shards)
      return Shard{.number = *number, .count = *count};
  }
  return usage_error(
      fmt::format("--shard: '{}' is no part of a study; give K/N, such as 3/8, with K from 1 to N and N at "
                  "most {}",
                  text, most_shards));
}

std::vector<RunPlan> runs_of_shard(const Plan& plan, const Shard& shard) {
  const auto runs = runs_of(plan);
  std::vector<double> costs;
  for (const auto& run : runs) costs.push_back(cost_of(run).total());
  const auto schedule = list_schedule(costs, static_cast<std::size_t>(shard.count));
  std::vector<RunPlan> chosen;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (schedule.bins[i] == static_cast<std::size_t>(shard.number - 1)) chosen.push_back(runs[i]);
  }
  return chosen;
}

}  // namespace windhover::study
