#include "windhover/golden/cart_pole_trace.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include <fmt/format.h>

#include "windhover/env/cart_pole.hpp"
#include "windhover/golden/json_walker.hpp"

namespace windhover::golden {
namespace {

struct CartPoleEpisode {
  std::vector<env::CartPoleBody> states;  // one more than there are actions
  std::vector<int> actions;
  bool truncated = false;
};

constexpr std::array<double env::CartPoleBody::*, 4> parts = {
    &env::CartPoleBody::position, &env::CartPoleBody::velocity, &env::CartPoleBody::angle,
    &env::CartPoleBody::angular_velocity};
constexpr std::array<const char*, 4> part_names = {"position", "velocity", "angle", "angular velocity"};

env::CartPoleBody read_body(JsonWalker& walker, const Json& list) {
  env::CartPoleBody body;
  if (!list.is_array() || list.size() != parts.size()) {
    walker.fail("a state must be a list of four numbers");
    return body;
  }
  for (std::size_t part = 0; part < parts.size(); ++part) {
    body.*parts[part] = walker.number(list[part], part_names[part]);
  }
  return body;
}

CartPoleEpisode read_episode(JsonWalker& walker, const Json& json) {
  CartPoleEpisode episode;
  episode.states.push_back(read_body(walker, walker.at(json, "initial")));
  for (const Json& state : walker.list(json, "states")) episode.states.push_back(read_body(walker, state));
  for (const Json& action : walker.list(json, "actions")) {
    const double value = walker.number(action, "actions");
    if (value != 0 && value != 1) walker.fail("an action must be 0 or 1");
    episode.actions.push_back(value == 1 ? 1 : 0);
  }
  const std::string ended = walker.text_at(json, "ended");
  episode.truncated = ended == "truncated";
  if (!episode.truncated && ended != "terminated") walker.fail("'ended' must be terminated or truncated");
  if (episode.states.size() != episode.actions.size() + 1)
    walker.fail("there must be a state for every action");
  for (std::size_t step = 0; step + 1 < episode.states.size(); ++step) {
    if (env::cart_pole::fallen(episode.states[step])) walker.fail("a step is recorded after a fall");
  }
  return episode;
}

void compare(const CartPoleEpisode& episode, int number, CartPoleErrors& errors) {
  const auto parameters = env::CartPoleEnv::make_parameters(env::CartPoleConfig{}, 0, env::Mode::evaluation);
  env::NoSharedResource nothing{env::CartPoleConfig{}};
  env::CartPoleState state;
  const std::size_t count = episode.actions.size();
  for (std::size_t step = 0; step < count; ++step) {
    state.body = episode.states[step];
    const auto outcome = env::CartPoleEnv::step(*parameters, nothing, episode.actions[step], {}, state);
    ++errors.steps;
    const bool last = step + 1 == count;
    const bool flags_agree = outcome.truncated == (last && episode.truncated) &&
                             outcome.terminated == (last && !episode.truncated);
    if (!flags_agree) ++errors.flags;
    for (std::size_t part = 0; part < parts.size(); ++part) {
      const double recorded = episode.states[step + 1].*parts[part];
      const double error = std::abs(state.body.*parts[part] - recorded);
      if (error <= errors.state) continue;
      errors.state = error;
      errors.worst = fmt::format("episode {}, step {}: {} is {}, recorded {}", number, step, part_names[part],
                                 state.body.*parts[part], recorded);
    }
  }
  ++errors.episodes;
}

}  // namespace

double CartPoleErrors::largest() const { return std::max(state, flags > 0 ? 1.0 : 0.0); }

Result<CartPoleErrors> replay_cart_pole(const Json& file) {
  JsonWalker walker;
  walker.expect_kind(file, cart_pole_kind);
  std::vector<CartPoleEpisode> episodes;
  for (const Json& json : walker.list(file, "episodes")) {
    walker.set_place(fmt::format("episode {}", episodes.size()));
    episodes.push_back(read_episode(walker, json));
  }
  WINDHOVER_RETURN_IF_ERROR(walker.result());
  CartPoleErrors errors;
  for (const CartPoleEpisode& episode : episodes) compare(episode, errors.episodes, errors);
  return errors;
}

}  // namespace windhover::golden
