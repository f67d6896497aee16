#include "windhover/rl/training.hpp"

#include <algorithm>
#include <thread>

#include "apps/windhover/bench/benchmark.hpp"

namespace windhover::app {
namespace {

/// Long enough that the `threads` schedule, which starts its threads in every slice, is not measured by that.
constexpr std::uint64_t slice_steps = 5'000;

/// That the schedule can use here.
int cores_of(const BenchArguments& arguments) {
  if (arguments.schedule != "threads") return 1;
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, arguments.workers);
}

Json parts_json(const roofline::TrainingBound& bound) {
  return {{"acting", 1e6 * bound.acting},
          {"recurrent", 1e6 * bound.recurrent},
          {"batched", 1e6 * bound.batched},
          {"optimiser", 1e6 * bound.optimiser}};
}

}  // namespace

Result<Json> bench_training(const BenchArguments& arguments) {
  const auto plan = benchmark_plan(arguments);
  if (!plan) return Failure(plan.error());
  const auto training = rl::Training::create(study::training_setup(study::runs_of(*plan).front()));
  if (!training) return Failure(training.error());
  const nn::Layout& layout = (*training)->layout();
  roofline::RateProbe probe(layout.architecture().hidden, layout.arena_size(), arguments.workers);
  const auto samples = sample(arguments, probe, [&]() -> Result<double> {
    const auto before = (*training)->steps_done();
    WINDHOVER_RETURN_IF_ERROR((*training)->advance(slice_steps, {}));
    return static_cast<double>((*training)->steps_done() - before);
  });
  if (!samples) return Failure(samples.error());

  Json result = {{"benchmark", "train"},           {"cell", arguments.cell},
                 {"arm", arguments.arm},           {"hidden", arguments.hidden},
                 {"rollout", arguments.rollout},   {"workers", arguments.workers},
                 {"schedule", arguments.schedule}, {"profile", arguments.profile}};
  put_samples(result, arguments, *samples);
  const auto work = roofline::training_work(layout, arguments.rollout);
  put_bound(result, *samples, work.operations(), cores_of(arguments),
            [&](const roofline::Rates& rates) { return roofline::bound(work, rates).seconds(); });
  result["bound_microseconds"] = parts_json(roofline::bound(work, samples->back().rates));
  return result;
}

}  // namespace windhover::app
