#include "tests/campaign/campaign.hpp"

#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/mount.h>

namespace windhover::campaign {

namespace fs = std::filesystem;
using integration::digest_in;
using integration::Ending;
using integration::Process;

namespace {

/// Four short runs; a state is saved after every slice.
constexpr const char* study_text = R"(
name = "campaign"
environment = "cartpole"
arms = ["a3c", "individual"]
seeds = [1, 2]
[learner]
hidden = 16
[training]
workers = 2
steps = 12000
[evaluation]
episodes = 4
)";

const std::vector<std::string>& fault_kinds() {
  static const std::vector<std::string> kinds = {"no-space",    "short-write",  "read-error",
                                                 "flush-error", "rename-error", "clock"};
  return kinds;
}

}  // namespace

Campaign::Campaign(std::uint64_t seed)
    : random_({.seed = seed, .purpose = Purpose::test}), study_(workspace_.write("study.toml", study_text)) {
  const auto start = std::chrono::steady_clock::now();
  const auto out = fresh_folder();
  const auto undisturbed = integration::run(command(out));
  seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  digest_ = digest_in(undisturbed.out);
  expect(undisturbed.code == 0 && digest_.size() == 64, "undisturbed", undisturbed);
}

std::vector<std::string> Campaign::command(const fs::path& out) const {
  return {"study", study_, "--out", out.string(), "--jobs", "2", "--save-interval", "0"};
}

fs::path Campaign::fresh_folder() {
  finished_.clear();
  return workspace_.path(fmt::format("out-{}", ++folders_));
}

void Campaign::wait_a_while() {
  std::this_thread::sleep_for(std::chrono::duration<double>(0.8 * seconds_ * random_.uniform()));
}

void Campaign::expect(bool holds, const std::string& what, const Ending& ending) {
  if (holds) return;
  count_.failures.push_back(fmt::format("{}: exit code {}, signal {}\n{}{}", what, ending.code, ending.signal,
                                        ending.out, ending.err));
}

void Campaign::expect_result_or_named_error(const std::string& what, const Ending& ending) {
  const bool result = ending.code == 0 && digest_in(ending.out) == digest_;
  const bool named_error = ending.code == 1 && ending.err.find("windhover: ") != std::string::npos;
  expect(result || named_error, what, ending);
  if (!result) ++count_.faults;
}

/// Runs that are finished stay as they are, whatever happens.
void Campaign::remember_runs(const fs::path& out) {
  std::error_code ignored;
  for (const auto& [path, time] : finished_) {
    if (fs::last_write_time(path, ignored) != time) ++count_.files_lost;
  }
  for (const auto& entry : fs::recursive_directory_iterator(out / "runs", ignored)) {
    const bool in_place = entry.path().parent_path().filename().string().front() != '.';
    if (in_place && entry.path().filename() == "done.json") finished_[entry.path()] = entry.last_write_time();
  }
}

/// A study that was interrupted is unfinished, but nothing in it is damaged. Killed over its report, it is
/// complete and has files that wait to be put in place or removed.
void Campaign::check_interrupted(const fs::path& out, const std::string& what) {
  remember_runs(out);
  std::error_code ignored;
  if (!fs::exists(out / "study.toml", ignored)) return;
  const auto verified = integration::run({"verify", out.string(), "--json"});
  const auto found = nlohmann::json::parse(verified.out, nullptr, false);
  bool sound = found.is_object();
  if (sound) {
    for (const auto& fault : found["faults"]) {
      sound =
          sound && found["complete"] == true && fault["what"].get<std::string>().starts_with("left behind");
    }
  }
  expect(sound, what + ", then verify", verified);
}

void Campaign::expect_same_end(const std::string& what, const fs::path& out, const Ending& ending) {
  ++count_.ended;
  const bool equal = ending.code == 0 && digest_in(ending.out) == digest_;
  if (equal) ++count_.equal_digests;
  expect(equal, what, ending);
  remember_runs(out);
  const auto verified = integration::run({"verify", out.string()});
  expect(verified.code == 0 &&
             verified.out.find("study campaign: complete, 4 of 4 runs, 0 saved states") != std::string::npos,
         what + ", then verify", verified);
}

void Campaign::finish(const std::string& what, const fs::path& out) {
  expect_same_end(what + ", then resumed", out, integration::run(command(out)));
  std::error_code ignored;
  fs::remove_all(out, ignored);
}

void Campaign::signal_trials(int trials) {
  const std::vector<int> signals = {SIGKILL, SIGTERM, SIGINT};
  auto out = fresh_folder();
  for (int trial = 0; trial < trials; ++trial) {
    ++count_.trials;
    const int signal = signals[random_.uniform_below(3)];
    const auto what = fmt::format("trial {}, signal {}", count_.trials, signal);
    Process process(command(out));
    wait_a_while();
    process.send(signal);
    const auto ending = process.wait();
    // Moments follow the load of the machine, so that most signals meet the program at work.
    seconds_ *= ending.code == 0 ? 0.8 : 1.05;
    if (ending.code == 0) {
      expect_same_end(what, out, ending);
      out = fresh_folder();
      continue;
    }
    ++count_.faults;
    expect(ending.signal == signal || (signal != SIGKILL && ending.code == 128 + signal), what, ending);
    check_interrupted(out, what);
  }
  finish("after the signals", out);
}

/// Brings the study some way, so that the fault meets finished runs and saved states.
void Campaign::prepare(const fs::path& out) {
  Process process(command(out));
  wait_a_while();
  process.send(SIGKILL);
  (void)process.wait();
  remember_runs(out);
}

void Campaign::fault_trials(int trials) {
  for (int trial = 0; trial < trials; ++trial) {
    ++count_.trials;
    const auto& kind = fault_kinds()[static_cast<std::size_t>(trial) % fault_kinds().size()];
    const auto out = fresh_folder();
    if (random_.uniform_below(2) == 0) prepare(out);
    const auto after = random_.uniform_below(kind == "no-space" ? 200'000 : 100);
    const auto what = fmt::format("trial {}, {} after {}", count_.trials, kind, after);
    const std::string preload = "LD_PRELOAD=" WINDHOVER_FAULTY_FILES;
    const auto ending = integration::run(
        command(out), {preload, "WINDHOVER_FAULT=" + kind, "WINDHOVER_FAULT_FOLDER=" + out.string(),
                       fmt::format("WINDHOVER_FAULT_AFTER={}", after),
                       fmt::format("WINDHOVER_FAULT_SEED={}", random_.next_word())});
    expect_result_or_named_error(what, ending);
    const bool harmless = kind == "short-write" || kind == "clock";
    if (harmless) ++count_.faults;
    expect(!harmless || ending.code == 0, what, ending);
    check_interrupted(out, what);
    finish(what, out);
  }
}

bool Campaign::small_disk_trials(int trials) {
  for (int trial = 0; trial < trials; ++trial) {
    const fs::path disk = workspace_.path("disk");
    fs::create_directories(disk);
    const auto size = fmt::format("size={}k", 16 + random_.uniform_below(400));
    if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, size.c_str()) != 0) return false;
    ++count_.trials;
    small_disk_trial(disk);
    ::umount2(disk.c_str(), MNT_DETACH);
  }
  return true;
}

void Campaign::small_disk_trial(const fs::path& disk) {
  finished_.clear();
  const auto out = disk / "out";
  const auto what = fmt::format("trial {}, small disk", count_.trials);
  expect_result_or_named_error(what, integration::run(command(out)));
  check_interrupted(out, what);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT, "size=64m") != 0) {
    count_.failures.push_back(what + ": cannot be made larger");
    return;
  }
  finish(what, out);
}

void Campaign::removal_trials(int trials) {
  for (int trial = 0; trial < trials; ++trial) {
    ++count_.trials;
    const auto out = fresh_folder();
    const auto what = fmt::format("trial {}, folder removed", count_.trials);
    Process process(command(out));
    wait_a_while();
    std::error_code ignored;
    fs::remove_all(out, ignored);
    const auto ending = process.wait();
    expect_result_or_named_error(what, ending);
    finish(what, out);
  }
}

}  // namespace windhover::campaign
