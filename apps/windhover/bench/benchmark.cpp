#include "apps/windhover/bench/benchmark.hpp"

#include <algorithm>
#include <chrono>

#include "apps/windhover/build_info.hpp"

namespace windhover::app {
namespace {

constexpr int endless_episodes = 2'000'000;  // of a worker: half an hour at the least
constexpr double turn_seconds = 0.1;
/// How long the machine's rates are measured before each turn of the work, in turns.
constexpr double probe_share = 0.3;

/// What two measurements of a moment's turns come to.
class Turns {
 public:
  void add(const roofline::Rates& rates) {
    sum_.peak += rates.peak;
    sum_.vector_matrix_near += rates.vector_matrix_near;
    sum_.vector_matrix_far += rates.vector_matrix_far;
    sum_.copy += rates.copy;
    ++probes_;
  }
  void add(double steps, double seconds) {
    steps_ += steps;
    seconds_ += seconds;
  }

  [[nodiscard]] double seconds() const { return seconds_; }
  [[nodiscard]] Sample sample() const {
    return {.steps_per_second = steps_ / seconds_,
            .rates = {.peak = sum_.peak / probes_,
                      .vector_matrix_near = sum_.vector_matrix_near / probes_,
                      .vector_matrix_far = sum_.vector_matrix_far / probes_,
                      .copy = sum_.copy / probes_}};
  }

 private:
  roofline::Rates sum_;
  double probes_ = 0, steps_ = 0, seconds_ = 0;
};

/// Works for about a tenth of a second.
Result<void> work_a_turn(Turns& turns, const std::function<Result<double>()>& work) {
  const double start = wall_seconds();
  double steps = 0;
  do {
    const auto made = work();
    if (!made) return Failure(made.error());
    steps += *made;
  } while (wall_seconds() - start < turn_seconds);
  turns.add(steps, wall_seconds() - start);
  return {};
}

template <class Value>
std::vector<double> each(const std::vector<Sample>& samples, Value value) {
  std::vector<double> values;
  values.reserve(samples.size());
  for (const Sample& sample : samples) values.push_back(value(sample));
  return values;
}

}  // namespace

Result<study::Plan> benchmark_plan(const BenchArguments& arguments) {
  auto document = study::Document::parse("name = \"bench\"", "windhover bench");
  if (!document) return Failure(document.error());
  document->assign("profile", arguments.profile, "--profile");
  document->assign("seeds", Json::array({benchmark_seed}), "bench");
  document->assign("arms", Json::array({arguments.arm}), "--arm");
  document->assign("learner.recurrent", arguments.cell.starts_with("gru"), "--cell");
  document->assign("learner.layer_norm", arguments.cell.ends_with("+ln"), "--cell");
  document->assign("learner.hidden", arguments.hidden, "--hidden");
  document->assign("learner.rollout", arguments.rollout, "--rollout");
  document->assign("learner.schedule", arguments.schedule, "--schedule");
  document->assign("training.workers", arguments.workers, "--workers");
  document->assign("training.episodes", endless_episodes, "bench");
  document->assign("evaluation.episodes", arguments.episodes, "--episodes");
  return study::make_plan(*document, false);
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Result<std::vector<Sample>> sample(const BenchArguments& arguments, roofline::RateProbe& probe,
                                   const std::function<Result<double>()>& work) {
  std::vector<Sample> samples;
  for (int repeat = -1; repeat < arguments.repeats; ++repeat) {
    tell_repeat(arguments, repeat);
    Turns turns;
    while (turns.seconds() < arguments.seconds) {
      turns.add(probe.measure(probe_share * turn_seconds));
      WINDHOVER_RETURN_IF_ERROR(work_a_turn(turns, work));
    }
    if (repeat >= 0) samples.push_back(turns.sample());
  }
  return samples;
}

void tell_repeat(const BenchArguments& arguments, int repeat) {
  arguments.watch.tell({.what = "repeats",
                        .done = static_cast<std::size_t>(std::max(repeat, 0)),
                        .all = static_cast<std::size_t>(arguments.repeats)});
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

void put_median(Json& result, const std::string& name, const std::vector<double>& values) {
  result[name] = median(values);
  result[name + "_range"] = {std::ranges::min(values), std::ranges::max(values)};
}

void put_samples(Json& result, const BenchArguments& arguments, const std::vector<Sample>& samples) {
  put_median(result, "steps_per_second", each(samples, [](const Sample& s) { return s.steps_per_second; }));
  put_median(result, "peak_gflops", each(samples, [](const Sample& s) { return s.rates.peak / 1e9; }));
  result["bound_steps_per_second"] = nullptr;
  result["achieved_over_bound"] = nullptr;
  result["gflops"] = nullptr;
  result["repeats"] = arguments.repeats;
  result["seconds_per_repeat"] = arguments.seconds;
  result["peak_rss_mb"] = peak_memory_mb();
  result["build"] = described::to_json(build_info());
  result["machine"] = described::to_json(machine_info());
}

void put_bound(Json& result, const std::vector<Sample>& samples, double operations, int cores,
               const std::function<double(const roofline::Rates&)>& seconds_a_step) {
  put_median(result, "bound_steps_per_second",
             each(samples, [&](const Sample& s) { return cores / seconds_a_step(s.rates); }));
  put_median(result, "achieved_over_bound", each(samples, [&](const Sample& s) {
               return s.steps_per_second * seconds_a_step(s.rates) / cores;
             }));
  put_median(result, "gflops",
             each(samples, [&](const Sample& s) { return s.steps_per_second * operations / 1e9; }));
}

}  // namespace windhover::app
