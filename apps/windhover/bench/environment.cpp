#include <memory>

#include "apps/windhover/bench/benchmark.hpp"

#include "windhover/core/random.hpp"
#include "windhover/env/registry.hpp"

namespace windhover::app {
namespace {

/// One member of the environment alone, with random actions.
class RandomFlight {
 public:
  explicit RandomFlight(std::unique_ptr<env::Group> group)
      : group_(std::move(group)), observation_(static_cast<std::size_t>(group_->observation_size())) {}

  /// Flies one episode; its steps.
  double fly() {
    const auto actions = static_cast<std::uint32_t>(group_->action_count());
    group_->refill_shared_resource();
    group_->start_episode(0, episode_++, observation_);
    for (int steps = 1;; ++steps) {
      if (group_->step(0, static_cast<int>(stream_.uniform_below(actions)), observation_).done())
        return steps;
    }
  }

 private:
  std::unique_ptr<env::Group> group_;
  std::vector<float> observation_;
  Stream stream_{StreamName{.seed = benchmark_seed, .purpose = Purpose::benchmark}};
  std::uint32_t episode_ = 0;
};

}  // namespace

Result<Json> bench_environment(const BenchArguments& arguments) {
  const auto environment = env::find("offload");
  if (!environment) return Failure(environment.error());
  const auto config = (*environment)->configure(arguments.profile, Json::object());
  if (!config) return Failure(config.error());
  auto group = (*environment)->make_group(*config, {.seed = benchmark_seed, .conditions = {10}});
  if (!group) return Failure(group.error());
  RandomFlight flight(*std::move(group));
  roofline::RateProbe probe(arguments.hidden, 1, 1);
  const auto samples = sample(arguments, probe, [&]() -> Result<double> { return flight.fly(); });
  if (!samples) return Failure(samples.error());

  Json result = {{"benchmark", "env"}, {"profile", arguments.profile}};
  put_samples(result, arguments, *samples);
  result["nanoseconds_per_step"] = 1e9 / result["steps_per_second"].get<double>();
  result["note"] = "no bound: a step is branches, random draws and a few scalar operations, not products";
  return result;
}

}  // namespace windhover::app
