#include "bench/peers/experience.hpp"

#include "windhover/core/random.hpp"
#include "windhover/env/registry.hpp"
#include "windhover/nn/initialise.hpp"

namespace windhover::peers {
namespace {

constexpr std::uint64_t seed = 42;
constexpr double velocity_kmh = 10;

Result<std::unique_ptr<env::Group>> make_environment() {
  const auto environment = env::find("offload");
  if (!environment) return Failure(environment.error());
  const auto config = (*environment)->configure("paper", Json::object());
  if (!config) return Failure(config.error());
  return (*environment)->make_group(*config, {.seed = seed, .conditions = {velocity_kmh}});
}

}  // namespace

Result<PeerSetup> make_setup(std::string_view cell, int hidden, int rollout) {
  const auto environment = make_environment();
  if (!environment) return Failure(environment.error());
  PeerSetup setup;
  setup.config.recurrent = cell.starts_with("gru");
  setup.config.layer_norm = cell.ends_with("+ln");
  setup.config.hidden = hidden;
  setup.config.rollout = rollout;
  setup.architecture =
      setup.config.architecture((*environment)->observation_size(), (*environment)->action_count());
  const nn::Layout layout(setup.architecture);
  setup.parameters.resize(layout.arena_size());
  nn::initialise<float>(setup.parameters, layout,
                        Stream({.seed = seed, .purpose = Purpose::initial_parameters}));
  return setup;
}

Result<std::vector<Experience>> record_experience(const PeerSetup& setup, int count) {
  auto environment = make_environment();
  if (!environment) return Failure(environment.error());
  env::Group& group = **environment;
  Stream stream({.seed = seed, .purpose = Purpose::benchmark});
  std::vector<float> observation(static_cast<std::size_t>(group.observation_size()));
  std::uint32_t episode = 0;
  const auto start_episode = [&] {
    group.refill_shared_resource();
    group.start_episode(0, episode++, observation);
  };
  start_episode();
  std::vector<Experience> recorded(static_cast<std::size_t>(count));
  for (Experience& experience : recorded) {
    experience.observation_size = observation.size();
    experience.observations = observation;
    for (int step = 0; step < setup.config.rollout; ++step) {
      const auto action = stream.uniform_below(static_cast<std::uint32_t>(group.action_count()));
      const auto outcome = group.step(0, static_cast<int>(action), observation);
      experience.rewards.push_back(static_cast<float>(outcome.learner_reward));
      experience.draws.push_back(stream.uniform());
      if (outcome.done()) start_episode();
      experience.observations.insert(experience.observations.end(), observation.begin(), observation.end());
    }
  }
  return recorded;
}

std::vector<int> act_all(Peer& peer, const Experience& experience) {
  std::vector<int> actions(experience.steps());
  for (std::size_t step = 0; step < actions.size(); ++step) {
    actions[step] = peer.act(experience.observation(step), experience.draws[step]);
  }
  return actions;
}

UpdateFacts learn_from(Peer& peer, const Experience& experience) {
  return peer.learn(experience.rewards, experience.observation(experience.steps()));
}

std::vector<std::unique_ptr<Peer>> make_all_peers(const PeerSetup& setup) {
  std::vector<std::unique_ptr<Peer>> peers;
  peers.push_back(make_windhover_peer(setup));
  peers.push_back(make_eigen_peer(setup));
  peers.push_back(make_torch_peer(setup, TorchForward::repeated));
  peers.push_back(make_torch_peer(setup, TorchForward::kept));
  return peers;
}

}  // namespace windhover::peers
