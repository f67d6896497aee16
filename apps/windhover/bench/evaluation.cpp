#include "windhover/rl/evaluation.hpp"

#include "apps/windhover/bench/benchmark.hpp"

#include "windhover/rl/training.hpp"

namespace windhover::app {

Result<Json> bench_evaluation(const BenchArguments& arguments) {
  const auto plan = benchmark_plan(arguments);
  if (!plan) return Failure(plan.error());
  const auto run = study::runs_of(*plan).front();
  const auto training = rl::Training::create(study::training_setup(run));
  if (!training) return Failure(training.error());
  const std::vector<std::span<const float>> models = {(*training)->parameters(0)};
  auto setup = study::evaluation_setup(run);
  setup.conditions.resize(1);
  const nn::Layout& layout = (*training)->layout();
  roofline::RateProbe probe(layout.architecture().hidden, layout.arena_size(), 1);
  const auto samples = sample(arguments, probe, [&]() -> Result<double> {
    const auto rows = rl::evaluate(run.cell->architecture, models, setup, {});
    if (!rows) return Failure(rows.error());
    double steps = 0;
    for (const auto& row : *rows) steps += row.length * setup.members;
    return steps;
  });
  if (!samples) return Failure(samples.error());

  Json result = {{"benchmark", "eval"},
                 {"cell", arguments.cell},
                 {"hidden", arguments.hidden},
                 {"batch", arguments.episodes},
                 {"profile", arguments.profile}};
  put_samples(result, arguments, *samples);
  const double operations = roofline::forward_operations(layout);
  // Products of a batch with a matrix: nothing but the multiply-adders limits them.
  put_bound(result, *samples, operations, 1,
            [&](const roofline::Rates& rates) { return operations / rates.peak; });
  return result;
}

}  // namespace windhover::app
