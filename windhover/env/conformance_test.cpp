#include "windhover/env/conformance.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "windhover/env/describe.hpp"
#include "windhover/env/registered.hpp"
#include "windhover/env/testing/random_walk.hpp"

namespace windhover::env {
namespace {

INSTANTIATE_TEST_SUITE_P(Registry, Conformance, ::testing::ValuesIn(conformance_cases(registry())),
                         case_name);
INSTANTIATE_TEST_SUITE_P(Registry, ConformanceDeathTest, ::testing::ValuesIn(conformance_cases(registry())),
                         case_name);

std::vector<ConformanceCase> random_walk() { return conformance_cases({describe<testing::RandomWalkEnv>()}); }

INSTANTIATE_TEST_SUITE_P(RandomWalk, Conformance, ::testing::ValuesIn(random_walk()), case_name);
INSTANTIATE_TEST_SUITE_P(RandomWalk, ConformanceDeathTest, ::testing::ValuesIn(random_walk()), case_name);

/// What only the type shows: the draws.
template <class E>
class ExogenousDraws : public ::testing::Test {};

template <class... Environments>
::testing::Types<Environments..., testing::RandomWalkEnv> types_of(EnvironmentList<Environments...>);

using Tested = decltype(types_of(RegisteredEnvironments{}));
TYPED_TEST_SUITE(ExogenousDraws, Tested);

/// The draws of one member that always takes `action`, as long as its episode runs.
template <Environment E>
std::vector<typename E::Draw> draws_under(const typename E::Config& config, int action) {
  const auto parameters = E::make_parameters(config, E::default_conditions(1).front(), Mode::training);
  EXPECT_TRUE(parameters.has_value());
  typename E::Resource resource(config);
  typename E::State state;
  Stream stream({.seed = 12});
  std::vector<typename E::Draw> draws = {E::draw_initial(*parameters, stream)};
  E::reset(*parameters, draws.back(), state);
  for (bool done = false; !done;) {
    draws.push_back(E::draw_next(*parameters, state, stream));
    done = E::step(*parameters, resource, action, draws.back(), state).done();
  }
  return draws;
}

TYPED_TEST(ExogenousDraws, DoNotDependOnActions) {
  for (const auto& profile : TypeParam::profiles()) {
    const auto reference = draws_under<TypeParam>(profile.config, 0);
    const int actions = static_cast<int>(TypeParam::action_names().size());
    for (int action = 1; action < actions; ++action) {
      const auto draws = draws_under<TypeParam>(profile.config, action);
      const std::size_t common = std::min(reference.size(), draws.size());
      ASSERT_GT(common, 2U);
      for (std::size_t index = 0; index < common; ++index) EXPECT_TRUE(draws[index] == reference[index]);
    }
  }
}

TEST(Registry, FindsAndSuggests) {
  ASSERT_TRUE(find("offload").has_value());
  EXPECT_EQ((*find("offload"))->name, "offload");
  const auto unknown = find("ofload");
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().kind, ErrorKind::usage);
  EXPECT_NE(unknown.error().message.find("offload"), std::string::npos);
}

TEST(Adapter, MembersWithoutASharedResourceEndWhenTheyDo) {
  const auto entry = describe<testing::RandomWalkEnv>();
  const auto config = entry.configure("short", Json::object());
  ASSERT_TRUE(config.has_value());
  const auto group = entry.make_group(*config, {1, Mode::training, {0, 0}});
  ASSERT_TRUE(group.has_value());
  EXPECT_FALSE((*group)->in_step());
  std::vector<float> rows(4);
  for (int member = 0; member < 2; ++member) {
    (*group)->start_episode(member, 0, std::span(rows).subspan(2 * static_cast<std::size_t>(member), 2));
  }
  const std::vector<int> actions = {2, 0};
  std::vector<std::uint8_t> active = {1, 1};
  std::vector<StepOutcome> outcomes(2);
  int lengths[2] = {0, 0};
  while (active[0] != 0 || active[1] != 0) {
    (*group)->step_all(0, actions, active, outcomes, rows);
    for (std::size_t member = 0; member < 2; ++member) {
      if (active[member] == 0) continue;
      ++lengths[member];
      active[member] = outcomes[member].done() ? 0 : 1;
    }
  }
  EXPECT_TRUE(outcomes[0].terminated);
  EXPECT_FALSE(outcomes[0].truncated);
  EXPECT_LE(lengths[0], 5);
  EXPECT_FALSE(outcomes[1].terminated);
  EXPECT_TRUE(outcomes[1].truncated);
  EXPECT_EQ(lengths[1], 20);
}

}  // namespace
}  // namespace windhover::env
