#include "tests/campaign/campaign.hpp"
#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace {

struct Arguments {
  int trials = 480;
  std::uint64_t seed = 1;
};

int run(const Arguments& arguments) {
  using windhover::campaign::Campaign;
  // Of twelve trials: eight signals, two faults of files or the clock, a full disk, a folder removed.
  const int share = std::max(arguments.trials / 12, 1);
  Campaign campaign(arguments.seed);
  campaign.fault_trials(2 * share);
  const bool disks = campaign.small_disk_trials(share);
  campaign.removal_trials(share);
  campaign.signal_trials(std::max(arguments.trials - campaign.count().trials, 1));

  const auto& count = campaign.count();
  for (const auto& failure : count.failures) fmt::print(stderr, "FAIL  {}\n", failure);
  if (!disks) fmt::print("no tmpfs may be mounted here: trials of a full disk left out\n");
  fmt::print(
      "seed {}\ntrials {}\nfaults injected {}\nstudies ended {}\ndigests equal {}\nfiles lost {}\nfailures "
      "{}\n",
      arguments.seed, count.trials, count.faults, count.ended, count.equal_digests, count.files_lost,
      count.failures.size());
  const bool passed = count.failures.empty() && count.equal_digests == count.ended && count.files_lost == 0;
  return passed ? 0 : 1;
}

int parse_and_run(int argument_count, char** words) {
  CLI::App app(
      "Disturbs a small study again and again, by signals and by faults of the file system and the clock, "
      "and checks that it always comes to the same end.");
  Arguments arguments;
  app.add_option("--trials", arguments.trials, "at least 4")
      ->check(CLI::Range(4, 1'000'000))
      ->capture_default_str();
  app.add_option("--seed", arguments.seed, "of the moments and faults")->capture_default_str();
  CLI11_PARSE(app, argument_count, words);
  return run(arguments);
}

}  // namespace

int main(int argument_count, char** words) {
  try {
    return parse_and_run(argument_count, words);
  } catch (const std::exception& error) {
    fmt::print(stderr, "windhover_campaign: {}\n", error.what());
    return 1;
  }
}
