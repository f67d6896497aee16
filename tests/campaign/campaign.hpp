#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/integration/program.hpp"

#include "windhover/core/random.hpp"

/// A small study that is disturbed again and again, and must always come to the same end.
namespace windhover::campaign {

/// What was done and seen so far.
struct Count {
  int trials = 0;
  int faults = 0;         ///< signals that reached the program, faults that it met
  int ended = 0;          ///< studies brought to their end
  int equal_digests = 0;  ///< of these
  int files_lost = 0;     ///< finished runs that vanished or were done again
  std::vector<std::string> failures;
};

class Campaign {
 public:
  explicit Campaign(std::uint64_t seed);

  /// Kills, terminations and interruptions at random moments: one study until it ends, then a fresh one.
  void signal_trials(int trials);
  /// Errors of the file system and jumps of the clock, in turn.
  void fault_trials(int trials);
  /// A file system that is full. False where none can be mounted.
  [[nodiscard]] bool small_disk_trials(int trials);
  /// The output folder is removed while the study runs.
  void removal_trials(int trials);

  [[nodiscard]] const Count& count() const { return count_; }

 private:
  [[nodiscard]] std::vector<std::string> command(const std::filesystem::path& out) const;
  [[nodiscard]] std::filesystem::path fresh_folder();
  /// Waits for a random part of the time that the study takes undisturbed.
  void wait_a_while();
  void prepare(const std::filesystem::path& out);
  void expect(bool holds, const std::string& what, const integration::Ending& ending);
  void expect_result_or_named_error(const std::string& what, const integration::Ending& ending);
  void check_interrupted(const std::filesystem::path& out, const std::string& what);
  void remember_runs(const std::filesystem::path& out);
  void expect_same_end(const std::string& what, const std::filesystem::path& out,
                       const integration::Ending& ending);
  void finish(const std::string& what, const std::filesystem::path& out);
  void small_disk_trial(const std::filesystem::path& disk);

  Stream random_;
  integration::Workspace workspace_;
  std::string study_;
  std::string digest_;  ///< of the undisturbed study
  double seconds_ = 0;  ///< that it took
  int folders_ = 0;
  std::map<std::filesystem::path, std::filesystem::file_time_type>
      finished_;  ///< done.json of the study at hand
  Count count_;
};

}  // namespace windhover::campaign
