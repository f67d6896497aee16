#include "fuzz/read_state.hpp"

#include <array>

#include "fuzz/scratch_folder.hpp"

#include "windhover/core/bytes.hpp"
#include "windhover/core/contract.hpp"
#include "windhover/core/folder.hpp"
#include "windhover/rl/training.hpp"
#include "windhover/study/saved_state.hpp"

namespace windhover::fuzz {
namespace {

/// What kinds of training there are as far as their states go: every schedule, and environments with and
/// without a shared resource.
struct Kind {
  const char* environment;
  const char* arm;
  const char* schedule;
  int delay;
  bool recurrent;
};

constexpr std::array kinds = {
    Kind{"offload", "a3c", "logical", -1, true},
    Kind{"offload", "a2c", "logical", -1, false},
    Kind{"offload", "a3c", "logical", 2, false},
    Kind{"cartpole", "individual", "logical", -1, true},
    Kind{"t-maze", "a3c", "logical", -1, false},
    Kind{"repeat-first", "individual-mixed", "logical", -1, false},
    Kind{"repeat-previous", "a3c", "threads", -1, false},
    Kind{"cartpole", "a3c", "logical", 1, true},
};

rl::TrainingSetup setup_of(const Kind& kind) {
  constexpr int workers = 2;
  const auto& environment = **env::find(kind.environment);
  rl::TrainingSetup setup;
  setup.arm = kind.arm;
  setup.learner.hidden = 3;
  setup.learner.rollout = 4;
  setup.learner.recurrent = kind.recurrent;
  setup.learner.layer_norm = kind.recurrent;
  setup.learner.schedule = kind.schedule;
  setup.learner.delay = kind.delay;
  setup.environment = environment.name;
  setup.environment_config = *environment.configure(environment.profiles.front(), Json::object());
  setup.workers = workers;
  setup.episodes = 3;
  setup.conditions = environment.default_conditions(workers);
  return setup;
}

std::unique_ptr<rl::Training> make(const Kind& kind) {
  auto training = rl::Training::create(setup_of(kind));
  WINDHOVER_CHECK(training.has_value());
  return *std::move(training);
}

void read_file_of_state(std::span<const std::byte> bytes) {
  const Folder out(scratch_folder());
  const record::RunId run{.cell = "mlp", .arm = "a3c", .seed = 1};
  WINDHOVER_CHECK(out.replace(study::state_place(run), as_text(bytes), Flush::later).has_value());
  static_cast<void>(study::read_state(out, run, "configuration"));
}

}  // namespace

void read_state(std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  const auto choice = static_cast<std::size_t>(bytes.front()) % (kinds.size() + 1);
  if (choice == kinds.size()) return read_file_of_state(bytes.subspan(1));
  const auto training = make(kinds[choice]);
  if (!training->restore(bytes.subspan(1))) return;
  constexpr std::uint64_t some_steps = 50;
  static_cast<void>(training->advance(some_steps, {}));
  static_cast<void>(training->steps_expected());
}

std::vector<std::vector<std::byte>> written_states() {
  std::vector<std::vector<std::byte>> states;
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    const auto training = make(kinds[kind]);
    constexpr std::uint64_t some_steps = 7;
    WINDHOVER_CHECK(training->advance(some_steps, {}).has_value());
    auto body = training->save();
    body.insert(body.begin(), static_cast<std::byte>(kind));
    states.push_back(std::move(body));
  }
  return states;
}

}  // namespace windhover::fuzz
