#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "windhover/env/offload.hpp"
#include "windhover/env/relaxation.hpp"

namespace windhover::env {
namespace {

static_assert(Relaxable<OffloadEnv>);

constexpr int no_row = -1;

/// The time that a task holds units and a slot, both ends included: from the step that accepts it to the step
/// at whose end it completes. Steps are numbered in the order in which a fleet makes them.
struct Hold {
  int first = 0;
  int last = 0;
  double units = 0;
};

/// "At no time more than that": one row for each time at which the set of holding tasks is maximal. At any
/// other time the set is part of such a one, and its row would say nothing new.
class CapacityRows {
 public:
  /// `holds` in the order of `first`. `weight` is what a task takes of the capacity.
  template <class Weight>
  CapacityRows(LinearProgram& program, const std::vector<Hold>& holds, double capacity, Weight weight) {
    std::vector<int> ends;
    double total = 0;
    for (const Hold& hold : holds) {
      ends.push_back(hold.last);
      total += weight(hold);
    }
    if (total <= capacity) return;
    std::ranges::sort(ends);
    std::size_t begun = 0;
    std::size_t counted = 0;  // of those begun, how many a row has seen
    for (const int end : ends) {
      while (begun < holds.size() && holds[begun].first <= end) ++begun;
      if (begun == counted) continue;
      counted = begun;
      times_.push_back(end);
      rows_.push_back(program.add_row(capacity));
    }
  }

  void add_entries(LinearProgram& program, const Hold& hold, double weight) const {
    const auto from = std::ranges::lower_bound(times_, hold.first);
    for (auto time = from; time != times_.end() && *time <= hold.last; ++time)
      program.add_entry(rows_[static_cast<std::size_t>(time - times_.begin())], weight);
  }

 private:
  std::vector<int> times_;  // ascending
  std::vector<int> rows_;
};

double units_of(const Hold& hold) { return hold.units; }
double slot_of(const Hold& /*hold*/) { return 1; }

/// A task that can earn something, and where it can run.
struct Candidate {
  std::size_t member = 0;
  Hold hold;
  int last_in_pool = 0;  ///< after hold.last where units are not returned
  bool local = false;
  bool cloud = false;

  [[nodiscard]] Hold pool_hold() const { return {hold.first, last_in_pool, hold.units}; }
};

/// The capacities of one member's own.
struct MemberRows {
  CapacityRows local_units;
  CapacityRows local_slots;
  CapacityRows cloud_slots;
};

/// Every task of the episode that would complete in it, in the order in which the fleet decides on them.
class Candidates {
 public:
  Candidates(const OffloadConfig& config, std::span<const OffloadParameters> members,
             std::span<const OffloadState> course)
      : size_(static_cast<int>(members.size())), ticks_(static_cast<int>(course.size() / members.size())) {
    for (int tick = 0; tick < ticks_; ++tick) {
      for (int turn = 0; turn < size_; ++turn) {
        const auto member = static_cast<std::size_t>((tick + turn) % size_);
        const OffloadState& state = course[static_cast<std::size_t>(tick * size_) + member];
        const int last = tick + state.task.epochs - 1;
        if (last >= ticks_) continue;
        const Hold hold{tick * size_ + turn, step_number(last, static_cast<int>(member)),
                        static_cast<double>(state.task.units)};
        all_.push_back({.member = member,
                        .hold = hold,
                        .last_in_pool = members[member].cloud_released ? hold.last : ticks_ * size_,
                        .local = state.task.units <= config.local_units,
                        .cloud = state.channel_good && state.task.units <= config.cloud_units});
      }
    }
  }

  [[nodiscard]] const std::vector<Candidate>& all() const { return all_; }

  [[nodiscard]] std::vector<Hold> in_pool() const {
    std::vector<Hold> holds;
    for (const Candidate& candidate : all_) {
      if (candidate.cloud) holds.push_back(candidate.pool_hold());
    }
    return holds;
  }

  /// Those of one member that can run at a place.
  [[nodiscard]] std::vector<Hold> of(std::size_t member, bool Candidate::*place) const {
    std::vector<Hold> holds;
    for (const Candidate& candidate : all_) {
      if (candidate.member == member && candidate.*place) holds.push_back(candidate.hold);
    }
    return holds;
  }

 private:
  /// When a member makes its step of a tick: member (tick mod n) goes first.
  [[nodiscard]] int step_number(int tick, int member) const {
    return tick * size_ + (member - tick % size_ + size_) % size_;
  }

  int size_;
  int ticks_;
  std::vector<Candidate> all_;
};

}  // namespace

LinearProgram OffloadEnv::relaxation(const Config& config, std::span<const Parameters> members,
                                     std::span<const State> course) {
  WINDHOVER_CHECK(!members.empty() && course.size() % members.size() == 0);
  const Candidates candidates(config, members, course);
  LinearProgram program;
  const CapacityRows pool(program, candidates.in_pool(), config.cloud_units, units_of);
  std::vector<MemberRows> rows;
  for (std::size_t member = 0; member < members.size(); ++member) {
    const auto local = candidates.of(member, &Candidate::local);
    const auto cloud = candidates.of(member, &Candidate::cloud);
    rows.push_back({.local_units = CapacityRows(program, local, config.local_units, units_of),
                    .local_slots = CapacityRows(program, local, config.slots, slot_of),
                    .cloud_slots = CapacityRows(program, cloud, config.slots, slot_of)});
  }
  for (const Candidate& task : candidates.all()) {
    const double gain = config.reward_scale * task.hold.units / static_cast<double>(members.size());
    const MemberRows& own = rows[task.member];
    const int one_action = task.local && task.cloud ? program.add_row(1) : no_row;
    if (task.local) {
      program.add_column(gain);
      own.local_units.add_entries(program, task.hold, task.hold.units);
      own.local_slots.add_entries(program, task.hold, 1);
      if (one_action != no_row) program.add_entry(one_action, 1);
    }
    if (task.cloud) {
      program.add_column(gain);
      pool.add_entries(program, task.pool_hold(), task.hold.units);
      own.cloud_slots.add_entries(program, task.hold, 1);
      if (one_action != no_row) program.add_entry(one_action, 1);
    }
  }
  return program;
}

}  // namespace windhover::env
