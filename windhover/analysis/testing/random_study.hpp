#pragma once

#include <cstdint>

#include "windhover/analysis/testing/fake_study.hpp"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WINDHOVER_UNDER_SANITIZER
#endif
#endif

namespace windhover::analysis::testing {

/// So many of them are looked at; where each takes ten times as long, a tenth.
#if defined(WINDHOVER_UNDER_SANITIZER) || defined(__SANITIZE_ADDRESS__)
inline constexpr std::uint64_t random_studies = 20;
#else
inline constexpr std::uint64_t random_studies = 200;
#endif

/// A fake study drawn by its number: one to six seeds, one to three arms, effects from none to plain, with
/// or without missing runs, a noise floor, claims and a declared family.
inline record::StudyRecord random_study(std::uint64_t number) {
  Stream stream({.seed = number});
  const auto below = [&](int count) { return static_cast<int>(stream.uniform() * count); };
  FakeStudy fake{.conditions = {5, 100}, .workers = 2, .training_episodes = 10, .evaluation_episodes = 2};
  fake.seeds.clear();
  const int seeds = 1 + below(6);  // of more, the bootstraps take long
  for (int i = 0; i < seeds; ++i) fake.seeds.push_back(1000 * number + static_cast<std::uint64_t>(i));
  const std::vector<std::vector<std::string>> arms = {
      {"a3c"}, {"a3c", "individual"}, {"a3c", "individual"}, {"a3c", "a2c", "individual"}};
  fake.arms = arms[static_cast<std::size_t>(below(4))];
  if (below(3) == 0) fake.noise_floor_seeds = {1, 2, 3};
  auto record = fake_study(fake);
  const double effect = 20 * stream.uniform() * below(2);
  for (auto& run : record.runs) {
    if (run.id.cell.ends_with("+ln")) {
      for (auto& row : run.evaluation) row.episode_return += effect;
    }
  }
  if (below(3) == 0) {
    std::erase_if(record.runs, [&](const record::Run&) { return below(8) == 0; });
  }
  if (below(2) == 0) {
    record.study.claims = {
        {.id = "one", .text = "LayerNorm helps", .arm = "a3c", .effect = {"layer_norm"}},
        {.id = "two", .text = "gru+ln is best", .arm = "a3c", .contrasts = {{{"gru+ln", 1}, {"gru", -1}}}},
        {.id = "three", .text = "at least 80", .arm = "a3c", .contrasts = {{{"gru+ln", 1}}}, .bound = 80}};
  }
  if (below(3) == 0) record.study.family = {"mean"};
  return record;
}

}  // namespace windhover::analysis::testing
