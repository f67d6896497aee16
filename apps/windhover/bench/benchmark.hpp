#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"
#include "windhover/core/watch.hpp"
#include "windhover/roofline/rates.hpp"
#include "windhover/roofline/work.hpp"
#include "windhover/study/observer.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::app {

/// Options of all benchmarks; each takes those that it needs.
struct BenchArguments {
  std::string cell = "gru+ln";
  std::string arm = "a3c";
  std::string profile = "paper";
  int hidden = 128;
  int rollout = 20;
  int workers = 5;
  int episodes = 100;  ///< of an evaluation, run as one batch
  std::string schedule = "logical";
  int seeds = 2;
  int training_episodes = 100;  ///< of each worker
  std::vector<int> jobs = {1, 2};
  std::string dimension = {};        ///< the only one to vary, or empty for all
  std::string drawing = {};          ///< a file, or empty for none
  std::filesystem::path study = {};  ///< a finished study's folder, or empty for one that is made
  std::vector<int> ranks = {1, 10, 100, 1000};
  int runs = 100'000;  ///< of a simulated study
  double longer = 1;   ///< its runs take so many times what was measured
  int repeats = 5;
  double seconds = 1;  ///< of one repeat
  bool json = false;
  Watch watch = {};  ///< told of every repeat
};

/// For studies that nobody watches.
class SilentObserver final : public study::Observer {
 public:
  void note(std::string_view /*text*/) override {}
  void progress(const study::Progress& /*progress*/) override {}
};

/// The environment's and the actions' seed: the same steps in every repeat and on every machine.
inline constexpr std::uint64_t benchmark_seed = 42;

/// The published study's cell and arm, as a study of one run that never ends.
[[nodiscard]] Result<study::Plan> benchmark_plan(const BenchArguments& arguments);

/// One measurement of a repeat: what the work reached, beside what the machine could at that moment.
struct Sample {
  double steps_per_second = 0;
  roofline::Rates rates;
};

[[nodiscard]] double wall_seconds();

/// Measures the machine's rates and the work in turns of a tenth of a second, so that both see the same
/// moments of a shared machine; the first repeat only warms up. `work` returns the steps it made.
[[nodiscard]] Result<std::vector<Sample>> sample(const BenchArguments& arguments, roofline::RateProbe& probe,
                                                 const std::function<Result<double>()>& work);

/// The middle of the values (the mean of the two middle ones).
[[nodiscard]] double median(std::vector<double> values);

/// {NAME: median, NAME_range: [lowest, highest]} into `result`.
void put_median(Json& result, const std::string& name, const std::vector<double>& values);

/// Steps per second with their range, repeats, the machine's peak, memory, build and machine, into `result`.
void put_samples(Json& result, const BenchArguments& arguments, const std::vector<Sample>& samples);

/// Likewise what the bound of a step is (seconds of one core at given rates) and how near the work came on so
/// many cores. `operations` of one step.
void put_bound(Json& result, const std::vector<Sample>& samples, double operations, int cores,
               const std::function<double(const roofline::Rates&)>& seconds_a_step);

/// Tells `arguments.watch` which repeat begins; -1 only warms up.
void tell_repeat(const BenchArguments& arguments, int repeat);

// The benchmarks, each in the file of its name. They return what `--json` prints.
[[nodiscard]] Result<Json> bench_machine(const BenchArguments& arguments);
[[nodiscard]] Result<Json> bench_kernels(const BenchArguments& arguments);
[[nodiscard]] Result<Json> bench_training(const BenchArguments& arguments);
[[nodiscard]] Result<Json> bench_evaluation(const BenchArguments& arguments);
[[nodiscard]] Result<Json> bench_environment(const BenchArguments& arguments);
[[nodiscard]] Result<Json> bench_study(const BenchArguments& arguments);
[[nodiscard]] Result<Json> bench_growth(const BenchArguments& arguments);
[[nodiscard]] Result<Json> bench_scale(const BenchArguments& arguments);

/// The result of bench_scale for people.
[[nodiscard]] std::string scale_text(const Json& scale);

}  // namespace windhover::app
