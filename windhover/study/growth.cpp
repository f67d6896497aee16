#include "windhover/study/growth.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "windhover/nn/checkpoint.hpp"
#include "windhover/record/history.hpp"
#include "windhover/record/identity.hpp"
#include "windhover/record/layout.hpp"
#include "windhover/study/checked_record.hpp"
#include "windhover/study/model_files.hpp"
#include "windhover/study/output_folder.hpp"
#include "windhover/study/saved_state.hpp"

namespace windhover::study {
namespace {

namespace fs = std::filesystem;

/// A run that the plan asks for, with what it is known by.
struct WantedRun {
  RunPlan run;
  record::RunConfig config;
  record::Identities identities;
};

std::vector<WantedRun> wanted_runs(const Plan& plan) {
  std::vector<WantedRun> wanted;
  for (auto& run : runs_of(plan)) {
    auto config = run_configuration(plan, run);
    auto identities = record::identities_of(config);
    wanted.push_back({std::move(run), std::move(config), std::move(identities)});
  }
  return wanted;
}

std::string now_text() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
}

/// The earlier plans, the one that is replaced last.
Result<record::History> history_with(const Folder& out, const record::Study& replaced) {
  record::History history;
  if (out.has("history.json")) {
    auto known = record::read_described<record::History>(out, "history.json");
    if (!known) return known;
    history = *std::move(known);
  }
  history.plans.push_back(
      {.until = now_text(), .study = record::configuration_hash(replaced), .config = replaced.config});
  return history;
}

/// Which kept run has each identity; of the budgets of one training the largest comes last.
using ByIdentity = std::multimap<std::string, const KeptRun*>;

/// Whether one budget can be what the other grew from: in the same unit, and no larger.
bool is_smaller_budget(const record::TrainingConfig& budget, const record::TrainingConfig& larger) {
  if (budget.steps && larger.steps) return *budget.steps < *larger.steps;
  return budget.episodes && larger.episodes && *budget.episodes < *larger.episodes;
}

/// A kept run with its rows and the files of its models.
struct SoundRun {
  record::Run run;
  std::vector<record::ModelFile> models = {};
};

/// The run, once every file is what its sums say and its digest what its files give.
Result<SoundRun> read_sound(const KeptRun& kept) {
  const auto fault = record::run_fault(kept.out, kept.place);
  if (!fault) return Failure(fault.error());
  if (*fault)
    return failure(fmt::format("{}: {}", kept.out.path_of((*fault)->file).string(), (*fault)->what));
  const auto folder = kept.folder();
  auto run = record::read_run_folder(folder, record::Rows::read);
  if (!run) return Failure(run.error());
  auto models = read_model_files(folder, run->summary);
  if (!models) return Failure(models.error());
  if (const auto wrong = digest_fault(*run, *models); !wrong.empty())
    return failure(fmt::format("{}: {}", folder.path_of("done.json").string(), wrong));
  return SoundRun{.run = *std::move(run), .models = *std::move(models)};
}

/// What is left of its training: its rows and models.
Result<Trained> trained_of(const SoundRun& sound) {
  Trained trained{.rows = sound.run.training, .steps = sound.run.summary.steps};
  for (const auto& file : sound.models) {
    auto checkpoint = nn::read_safetensors(file.content);
    if (!checkpoint) return in_context(file.name, checkpoint.error());
    trained.models.push_back(std::move(checkpoint->parameters));
  }
  return trained;
}

class Settling {
 public:
  Settling(const Folder& out, const Plan& plan, std::vector<KeptRun> kept)
      : out_(out), wanted_(wanted_runs(plan)), kept_(std::move(kept)) {}

  Result<Settled> perform() {
    WINDHOVER_RETURN_IF_ERROR(check_digests(kept_));
    for (const auto& run : wanted_) wanted_at_.emplace(run.run.id.place(), &run);
    for (auto& kept : kept_) {
      if (is_here(kept) && kept.place.starts_with(record::runs_folder))
        WINDHOVER_RETURN_IF_ERROR(set_aside_unless_wanted(kept));
    }
    remove_empty_folders(out_, record::runs_folder);
    for (const auto& kept : kept_) {
      whole_.emplace(kept.identities.whole, &kept);
      training_.emplace(kept.identities.training, &kept);
      without_budget_.emplace(kept.identities.without_budget, &kept);
    }
    for (const auto& run : wanted_) {
      if (!out_.has(run.run.id.place())) WINDHOVER_RETURN_IF_ERROR(provide(run));
    }
    return std::move(settled_);
  }

 private:
  [[nodiscard]] bool is_here(const KeptRun& kept) const { return kept.out.path() == out_.path(); }

  Result<void> set_aside_unless_wanted(KeptRun& kept) {
    const auto wanted = wanted_at_.find(kept.place);
    if (wanted != wanted_at_.end() && wanted->second->identities.whole == kept.identities.whole &&
        wanted->second->config == kept.run.config) {
      return {};
    }
    const auto aside = earlier_place(kept.identities.whole);
    if (out_.has(aside)) {  // the same run, by check_digests
      WINDHOVER_RETURN_IF_ERROR(record::remove_run_files(out_, kept.place));
    } else {
      WINDHOVER_RETURN_IF_ERROR(record::move_run(out_, kept.place, aside));
    }
    settled_.set_aside.push_back(kept.place);
    kept.place = aside;
    return {};
  }

  Result<void> provide(const WantedRun& wanted) {
    const auto name = wanted.run.id.folder().generic_string();
    if (const auto same = whole_.lower_bound(wanted.identities.whole);
        same != whole_.end() && same->first == wanted.identities.whole) {
      settled_.taken.push_back(name);
      return take(wanted, *same->second);
    }
    if (out_.has(state_place(wanted.run.id))) return {};
    const auto [first, last] = training_.equal_range(wanted.identities.training);
    for (auto same = first; same != last; ++same) {
      if (same->second->run.summary.failed()) continue;
      settled_.evaluated.push_back(name);
      return leave_for_evaluation(wanted, *same->second);
    }
    return leave_for_larger_budget(wanted);
  }

  /// By a rename if it lies in this folder under its name, else as a copy that has its name.
  Result<void> take(const WantedRun& wanted, const KeptRun& kept) {
    if (is_here(kept) && kept.run.config == wanted.config)
      return record::move_run(out_, kept.place, wanted.run.id.place());
    auto sound = read_sound(kept);
    if (!sound) return Failure(sound.error());
    const auto trained = trained_of(*sound);
    if (!trained) return Failure(trained.error());
    auto files = model_files(wanted.run, wanted.config, *trained);
    if (kept.folder().has(record::budget_state_name)) {
      const auto state = kept.folder().read(record::budget_state_name);
      if (!state) return Failure(state.error());
      files.push_back(record::ModelFile::of(record::budget_state_name, *state));
    }
    auto& run = sound->run;
    run.id = wanted.run.id;
    run.config = wanted.config;
    WINDHOVER_RETURN_IF_ERROR(record::write_run(out_, run, files, run.action_names));
    return is_here(kept) ? record::remove_run_files(out_, kept.place) : Result<void>();
  }

  [[nodiscard]] Result<void> leave_for_evaluation(const WantedRun& wanted, const KeptRun& kept) const {
    const auto sound = read_sound(kept);
    if (!sound) return Failure(sound.error());
    const auto trained = trained_of(*sound);
    if (!trained) return Failure(trained.error());
    const auto& summary = sound->run.summary;
    SavedState state{.progress = RunProgress::trained,
                     .training_seconds = summary.training_seconds,
                     .provenance = summary.provenance,
                     .body = to_bytes(*trained)};
    if (kept.folder().has(record::budget_state_name)) {
      auto budget = budget_state_of(kept);
      if (!budget) return Failure(budget.error());
      state.for_larger_budget = std::move(budget->body);
    }
    return write_state(out_, wanted.run.id, wanted.identities.training, state);
  }

  [[nodiscard]] static Result<SavedState> budget_state_of(const KeptRun& kept) {
    const auto content = record::read_checked(kept.folder(), record::budget_state_name);
    if (!content) return Failure(content.error());
    auto state = parse_state(*content, kept.identities.training);
    if (!state) return in_context(kept.folder().path_of(record::budget_state_name).string(), state.error());
    return state;
  }

  /// Of the trainings with a smaller budget the longest.
  Result<void> leave_for_larger_budget(const WantedRun& wanted) {
    const auto [first, last] = without_budget_.equal_range(wanted.identities.without_budget);
    const KeptRun* longest = nullptr;
    for (auto entry = first; entry != last; ++entry) {
      const auto& kept = *entry->second;
      if (kept.run.summary.failed() || !kept.folder().has(record::budget_state_name) ||
          !is_smaller_budget(kept.run.config.training, wanted.config.training)) {
        continue;
      }
      if (longest == nullptr || is_smaller_budget(longest->run.config.training, kept.run.config.training))
        longest = &kept;
    }
    if (longest == nullptr) return {};
    const auto state = budget_state_of(*longest);
    if (!state) return Failure(state.error());
    settled_.gone_on_with.push_back(wanted.run.id.folder().generic_string());
    return write_state(out_, wanted.run.id, wanted.identities.training, *state);
  }

  const Folder& out_;
  std::vector<WantedRun> wanted_;
  std::vector<KeptRun> kept_;
  std::map<std::string, const WantedRun*> wanted_at_;  ///< by place
  ByIdentity whole_;
  ByIdentity training_;
  ByIdentity without_budget_;
  Settled settled_;
};

/// Whether something that is there would be used by this plan.
bool uses_something(const Folder& out, const Plan& plan, const std::vector<KeptRun>& kept) {
  std::set<std::string> trainings;
  ByIdentity without_budget;
  for (const auto& there : kept) {
    trainings.insert(there.identities.training);
    if (there.folder().has(record::budget_state_name))
      without_budget.emplace(there.identities.without_budget, &there);
  }
  const auto wanted = wanted_runs(plan);
  return std::ranges::any_of(wanted, [&](const WantedRun& run) {
    if (trainings.contains(run.identities.training)) return true;
    if (out.has(state_place(run.run.id)) && read_state(out, run.run.id, run.identities.training)) return true;
    const auto [first, last] = without_budget.equal_range(run.identities.without_budget);
    return std::any_of(first, last, [&](const auto& entry) {
      return is_smaller_budget(entry.second->run.config.training, run.config.training);
    });
  });
}

std::vector<std::string> changes_of(const record::Study& stored, const record::Study& study) {
  auto lines = differences(stored.config, study.config);
  if (stored.quick != study.quick)
    lines.push_back(fmt::format("--quick: {} in the folder, {} now", stored.quick, study.quick));
  return lines;
}

Result<void> require_growth(const Folder& out, const record::Study& stored, const Plan& plan,
                            const std::vector<KeptRun>& kept, const std::vector<std::string>& changes) {
  const auto states = files_among_states(out);
  if (!states) return Failure(states.error());
  const bool is_same_study = stored.name == plan.study.name && stored.quick == plan.study.quick;
  const bool is_empty = kept.empty() && states->empty();
  if (is_same_study && (is_empty || uses_something(out, plan, kept))) return {};
  return failure(fmt::format(
      "'{}' holds another study{}; give another --out, or --fresh to start over there. The difference:\n  {}",
      out.path().string(), is_same_study ? ", of which nothing could be used" : "",
      fmt::join(changes, "\n  ")));
}

Result<void> require_own_runs(const Folder& out, const Plan& plan, const std::vector<KeptRun>& kept) {
  if (kept.empty() || uses_something(out, plan, kept)) return {};
  return failure(fmt::format("'{}' holds runs of another configuration, such as {}; give another --out",
                             out.path().string(), kept.front().run.id.folder().generic_string()));
}

}  // namespace

Result<std::vector<std::string>> accepted_changes(const Folder& out, const Plan& plan,
                                                  const std::vector<KeptRun>& kept) {
  if (!out.has("study.toml")) {
    WINDHOVER_RETURN_IF_ERROR(require_own_runs(out, plan, kept));
    return std::vector<std::string>();
  }
  const auto stored = record::read_study_header(out);
  if (!stored) return Failure(stored.error());
  auto changes = changes_of(*stored, plan.study);
  if (!changes.empty()) WINDHOVER_RETURN_IF_ERROR(require_growth(out, *stored, plan, kept, changes));
  return changes;
}

Result<void> replace_plan(const Folder& out, const Plan& plan, const record::Audit& audit) {
  const auto stored = record::read_study_header(out);
  if (!stored) return Failure(stored.error());
  const auto history = history_with(out, *stored);
  if (!history) return Failure(history.error());
  auto files = record::study_files(plan.study);
  if (!files) return Failure(files.error());
  files->push_back({"history.json", record::json_text(described::to_json(*history))});
  files->push_back({"audit.json", record::json_text(described::to_json(audit))});
  std::vector<std::string> removed;
  for (const char* name : {"baselines.json", "manifest.json"}) {
    if (out.has(name)) removed.emplace_back(name);
  }
  return record::replace_files(out, *files, removed);
}

Result<Settled> settle_runs(const Folder& out, const Plan& plan, std::vector<KeptRun> kept) {
  return Settling(out, plan, std::move(kept)).perform();
}

}  // namespace windhover::study
