#include "windhover/study/plan.hpp"

#include <algorithm>
#include <set>

#include "windhover/core/json_leaves.hpp"
#include "windhover/record/identity.hpp"
#include "windhover/record/names.hpp"
#include "windhover/study/declarations.hpp"
#include "windhover/study/design.hpp"
#include "windhover/study/effective.hpp"
#include "windhover/study/limits.hpp"
#include "windhover/study/quick.hpp"
#include "windhover/study/table_reader.hpp"

namespace windhover::study {
namespace {

// A batched evaluation step costs about this share of a training step: no backward pass, no optimiser.
constexpr double evaluation_step_share = 0.25;

/// The top level of a study file.
struct Heading {
  std::string name;
  std::string design = design_names().front();
  std::vector<std::uint64_t> seeds = {42, 123, 456, 789, 1024};
  std::vector<std::string> arms = rl::default_arm_names();
  std::vector<std::string> family;  ///< [analysis] family; empty if the study does not declare one
};

/// What the study declares beforehand about its analysis, which reads it from the record.
Result<void> read_analysis(Heading& heading, const Document& document) {
  TableReader reader(document, "analysis");
  WINDHOVER_RETURN_IF_ERROR(reader.distinct_texts("family", heading.family));
  for (const auto& metric : heading.family)
    WINDHOVER_RETURN_IF_ERROR(reader.one_of("family", metric, record::family_metrics()));
  return reader.refuse_unknown();
}

Result<Heading> read_heading(const Document& document) {
  Heading heading;
  TableReader reader(document, "");
  WINDHOVER_RETURN_IF_ERROR(reader.text("name", heading.name));
  WINDHOVER_RETURN_IF_ERROR(reader.text("design", heading.design));
  WINDHOVER_RETURN_IF_ERROR(reader.distinct_integers("seeds", heading.seeds));
  WINDHOVER_RETURN_IF_ERROR(reader.distinct_texts("arms", heading.arms));
  for (const char* key : basis_keys) reader.expect(key);
  for (const char* key : settings_tables) reader.expect(key);
  for (const char* key : declaration_tables) reader.expect(key);
  WINDHOVER_RETURN_IF_ERROR(reader.refuse_unknown());
  if (heading.name.empty())
    return usage_error(document.origin() + ": 'name' is missing; it must be a text in quotes");
  WINDHOVER_RETURN_IF_ERROR(reader.one_of("design", heading.design, design_names()));
  for (const auto& arm : heading.arms) WINDHOVER_RETURN_IF_ERROR(reader.one_of("arms", arm, rl::arm_names()));
  WINDHOVER_RETURN_IF_ERROR(read_analysis(heading, document));
  return heading;
}

/// The levels of a cell, and what a [[where]] gives for it.
Result<std::vector<Assignment>> changes_of(const Document& document, const Plan& plan, const Levels& levels) {
  std::vector<Assignment> changes;
  for (std::size_t i = 0; i < plan.factors.size(); ++i) {
    const Factor& factor = plan.factors[i];
    changes.push_back(
        {.key = factor.key, .value = factor.levels[levels[i]], .place = document.place(factor.given_as)});
  }
  auto settings = settings_of_cell(plan.wheres, plan.factors, levels);
  if (!settings) return settings;
  changes.insert(changes.end(), settings->begin(), settings->end());
  return changes;
}

/// Reads a study file once for every basis that its cells have.
class Drafts {
 public:
  explicit Drafts(const Document& document) : document_(document) {}

  Result<Draft> of(const Basis& basis) {
    const auto known = std::ranges::find(drafts_, basis, &Draft::basis);
    if (known != drafts_.end()) return *known;
    auto draft = read_draft(document_, basis);
    if (draft) drafts_.push_back(*draft);
    return draft;
  }

 private:
  const Document& document_;
  std::vector<Draft> drafts_;
};

/// Fills in what only the environment knows, by making a group of it, and checks that each arm can learn
/// there and that it can be tested under each condition.
Result<void> examine(CellPlan& plan, const std::vector<std::string>& arms) {
  const auto& settings = plan.settings;
  const auto& environment = *plan.basis.environment;
  const auto group = environment.make_group(
      settings.environment, {.mode = env::Mode::training, .conditions = settings.training.velocities});
  if (!group) return Failure(group.error());
  const auto tested = environment.make_group(
      settings.environment, {.mode = env::Mode::evaluation, .conditions = settings.evaluation.velocities});
  if (!tested) return in_context("[evaluation]", tested.error());
  plan.architecture = settings.learner.architecture((*group)->observation_size(), (*group)->action_count());
  plan.episode_limit = (*group)->episode_limit();
  plan.members = environment.evaluation_members(settings.environment, settings.training.workers);
  for (const auto& name : arms) {
    const auto arm = rl::find_arm(name);
    if (!arm) return Failure(arm.error());
    WINDHOVER_RETURN_IF_ERROR(rl::check_schedule(settings.learner, **arm, (*group)->shares_rewards()));
  }
  WINDHOVER_RETURN_IF_ERROR(nn::validate(plan.architecture));
  return check_memory(plan, arms);
}

/// The study in the study file's form, such that it can be read again.
Json effective_configuration(const Heading& heading, const Plan& plan, const Document& document,
                             int episodes) {
  Json config = effective_settings(plan, document, episodes);
  config.update(
      {{"name", heading.name}, {"seeds", heading.seeds}, {"arms", heading.arms}, {"design", heading.design}});
  record::put_declarations(config, plan.study);
  return config;
}

record::Levels levels_by_name(const std::vector<Factor>& factors, const Levels& levels) {
  record::Levels named;
  for (std::size_t i = 0; i < factors.size(); ++i)
    named[factors[i].name] = record::Level::of(factors[i].levels[levels[i]]);
  return named;
}

Result<CellPlan> make_cell(const Document& document, const Heading& heading, const Plan& plan,
                           const Levels& levels, Drafts& drafts) {
  const auto changes = changes_of(document, plan, levels);
  if (!changes) return Failure(changes.error());
  auto basis = read_basis(document, *changes);
  if (!basis) return Failure(basis.error());
  auto draft = drafts.of(*basis);
  if (!draft) return Failure(draft.error());
  WINDHOVER_RETURN_IF_ERROR(change(*draft, document, *changes));
  auto settings = finish(*std::move(draft));
  if (!settings) return Failure(settings.error());
  CellPlan cell{.basis = *std::move(basis), .settings = *std::move(settings)};
  const auto& learner = cell.settings.learner;
  cell.cell = {.id = cell_id(learner.recurrent, learner.layer_norm, heading.design, plan.factors, levels),
               .factors = levels_by_name(plan.factors, levels),
               .environment = cell.basis.environment->name,
               .profile = cell.basis.profile,
               .condition = cell.basis.environment->condition};
  const auto examined = examine(cell, heading.arms);
  if (!examined)
    return in_context(fmt::format("{}: cell {}", document.origin(), cell.cell.id), examined.error());
  return cell;
}

Result<void> add_cells(Plan& plan, const Document& document, const Heading& heading) {
  const std::size_t count = count_cells(heading.design, plan.factors);
  if (count > most_cells) {
    return usage_error(
        fmt::format("{}: the design has {} cells, but {} is the most; give [factors] fewer levels",
                    document.origin(), count, most_cells));
  }
  const std::size_t runs = count * heading.arms.size() * heading.seeds.size();
  if (runs > most_runs) {
    return usage_error(fmt::format("{}: {} cells, {} 'arms' and {} 'seeds' make {} runs, but {} is the most",
                                   document.origin(), count, heading.arms.size(), heading.seeds.size(), runs,
                                   most_runs));
  }
  const auto cells = cells_of_design(heading.design, plan.factors);
  WINDHOVER_RETURN_IF_ERROR(check_selections(plan.wheres, plan.factors, cells));
  std::set<std::string> ids;
  std::size_t conditions = 0;
  Drafts drafts(document);
  for (const Levels& levels : cells) {
    auto cell = make_cell(document, heading, plan, levels, drafts);
    if (!cell) return Failure(cell.error());
    if (!ids.insert(cell->cell.id).second) {
      return usage_error(fmt::format("{}: two cells have the name {}", document.origin(), cell->cell.id));
    }
    if (!record::is_folder_name(cell->cell.id)) {
      return usage_error(fmt::format("{}: the cell's name is too long for a folder: {:.200}...",
                                     document.origin(), cell->cell.id));
    }
    conditions += cell->settings.training.velocities.size() + cell->settings.evaluation.velocities.size();
    if (conditions > most_conditions) {
      return usage_error(fmt::format(
          "{}: the cells have more than {} 'training.workers' and 'evaluation.velocities' together",
          document.origin(), most_conditions));
    }
    plan.cells.push_back(*std::move(cell));
  }
  return {};
}

Result<void> add_declarations(Plan& plan, const Document& document, const Heading& heading) {
  Vocabulary vocabulary{.arms = heading.arms,
                        .seeds = heading.seeds,
                        .factors = plan.factors,
                        .full_factorial = heading.design == design_names().front()};
  for (const CellPlan& cell : plan.cells) {
    vocabulary.cells.push_back(cell.cell.id);
    vocabulary.worlds.push_back(cell.cell.environment + " in the profile " + cell.cell.profile);
  }
  auto floor = read_noise_floor(document, vocabulary);
  if (!floor) return Failure(floor.error());
  plan.study.noise_floor = *std::move(floor);
  vocabulary.noise_floor = plan.study.noise_floor.has_value();
  auto claims = read_claims(document, vocabulary);
  if (!claims) return Failure(claims.error());
  plan.study.claims = *std::move(claims);
  return {};
}

/// A plan has known arms only.
const rl::Arm& arm_of(const RunPlan& run) { return **rl::find_arm(run.id.arm); }

std::size_t models_of(const RunPlan& run) {
  return static_cast<std::size_t>(arm_of(run).models(run.cell->settings.training.workers));
}

/// Runs of so many cells, one that trains n times the budget counting as n.
std::size_t weighted_runs(const Heading& heading, const Document& document, std::size_t cells) {
  const Json* given = document.find("training.workers");
  const double number = given != nullptr && given->is_number_integer() ? given->get<double>() : 0;
  const bool possible = number >= 1 && number <= most_workers;  // anything else is refused with the cells
  const int workers = possible ? static_cast<int>(number) : TrainingSettings{}.workers;
  std::size_t weight = 0;
  for (const auto& name : heading.arms) weight += (*rl::find_arm(name))->budget_factor(workers);
  return cells * heading.seeds.size() * weight;
}

}  // namespace

Result<Plan> make_plan(const Document& document, bool quick) {
  const auto heading = read_heading(document);
  if (!heading) return Failure(heading.error());
  auto factors = read_factors(document);
  if (!factors) return Failure(factors.error());
  auto wheres = read_wheres(document, *factors);
  if (!wheres) return Failure(wheres.error());

  Plan plan{.factors = *std::move(factors), .wheres = *std::move(wheres)};
  const std::size_t cells = std::min(count_cells(heading->design, plan.factors), most_cells);
  const int episodes = quick_episodes(weighted_runs(*heading, document, cells));
  if (quick) {
    for (Factor& factor : plan.factors) WINDHOVER_RETURN_IF_ERROR(shorten_levels(factor, document, episodes));
    for (Where& where : plan.wheres) shorten(where, episodes);
  }
  WINDHOVER_RETURN_IF_ERROR(add_cells(plan, document, *heading));
  if (quick) {
    for (CellPlan& cell : plan.cells) shorten(cell.settings, episodes);
  }
  plan.study.name = heading->name;
  plan.study.arms = heading->arms;
  plan.study.seeds = heading->seeds;
  plan.study.family = heading->family;
  plan.study.quick = quick;
  for (const CellPlan& cell : plan.cells) plan.study.cells.push_back(cell.cell);
  WINDHOVER_RETURN_IF_ERROR(add_declarations(plan, document, *heading));
  plan.study.config = effective_configuration(*heading, plan, document, quick ? episodes : 0);
  return plan;
}

std::vector<RunPlan> runs_of(const Plan& plan) {
  std::vector<RunPlan> runs;
  auto cell = plan.cells.begin();
  for (auto& id : record::run_ids(plan.study)) {
    while (cell->cell.id != id.cell) ++cell;  // both are in the study's order
    runs.push_back({.id = std::move(id), .cell = &*cell});
  }
  return runs;
}

rl::TrainingSetup training_setup(const RunPlan& run) {
  const Settings& settings = run.cell->settings;
  return {.arm = run.id.arm,
          .learner = settings.learner,
          .environment = run.cell->basis.environment->name,
          .environment_config = settings.environment,
          .seed = run.id.seed,
          .workers = settings.training.workers,
          .episodes = settings.training.episodes,
          .steps = settings.training.steps,
          .conditions = settings.training.velocities};
}

rl::EvaluationSetup evaluation_setup(const RunPlan& run) {
  const Settings& settings = run.cell->settings;
  return {.environment = run.cell->basis.environment->name,
          .environment_config = settings.environment,
          .seed = run.id.seed,
          .conditions = settings.evaluation.velocities,
          .episodes = settings.evaluation.episodes,
          .members = run.cell->members};
}

record::RunConfig run_configuration(const Plan& plan, const RunPlan& run) {
  const CellPlan& cell = *run.cell;
  const env::Description& environment = *cell.basis.environment;
  const auto& [learner, configuration, training, evaluation] = cell.settings;
  record::RunConfig config{
      .study = plan.study.name,
      .quick = plan.study.quick,
      .id = run.id,
      .factors = cell.cell.factors,
      .environment = environment.name,
      .profile = cell.basis.profile,
      .preset = cell.basis.preset,
      .environment_fields = configuration.json(),
      .learner = fields::to_json(learner),
      .training = {.workers = training.workers, .velocities = training.velocities},
      .evaluation = {.velocities = evaluation.velocities,
                     .episodes = evaluation.episodes,
                     .members = cell.members,
                     .sampled_first = environment.sampled_first(configuration),
                     .condition_name = environment.condition ? environment.condition->name : ""}};
  if (training.steps > 0) {
    config.training.steps = training.steps;
  } else {
    config.training.episodes = training.episodes;
  }
  return config;
}

std::string training_identity(const Plan& plan, const RunPlan& run) {
  return record::identity_of(run_configuration(plan, run), record::Scope::training);
}

std::uint64_t expected_steps(const RunPlan& run) {
  const auto& training = run.cell->settings.training;
  const auto limit = static_cast<std::uint64_t>(run.cell->episode_limit);
  const std::uint64_t factor = arm_of(run).budget_factor(training.workers);
  const std::uint64_t per_worker = training.steps > 0
                                       ? (factor * training.steps + limit - 1) / limit * limit
                                       : factor * static_cast<std::uint64_t>(training.episodes) * limit;
  return per_worker * static_cast<std::uint64_t>(training.workers);
}

std::uint64_t expected_evaluation_steps(const RunPlan& run) {
  const auto& evaluation = run.cell->settings.evaluation;
  const std::uint64_t episodes =
      evaluation.velocities.size() * static_cast<std::uint64_t>(evaluation.episodes);
  return 2 * models_of(run) * episodes * static_cast<std::uint64_t>(run.cell->episode_limit);
}

RunCost cost_of(const RunPlan& run) {
  const auto parameters = static_cast<double>(run.cell->parameter_count());
  return {
      .training = parameters * static_cast<double>(expected_steps(run)),
      .evaluation = parameters * evaluation_step_share * static_cast<double>(expected_evaluation_steps(run))};
}

std::vector<std::string> differences(const Json& stored, const Json& now) {
  const auto before = json_leaves(stored);
  const auto after = json_leaves(now);
  std::set<std::string> keys;
  for (const auto& [key, value] : before) keys.insert(key);
  for (const auto& [key, value] : after) keys.insert(key);
  const auto text = [](const std::map<std::string, Json>& leaves, const std::string& key) {
    const auto found = leaves.find(key);
    return found == leaves.end() ? std::string("nothing") : found->second.dump();
  };
  std::vector<std::string> lines;
  for (const auto& key : keys) {
    const bool both = before.contains(key) && after.contains(key);
    if (both && before.at(key) == after.at(key)) continue;
    lines.push_back(fmt::format("{}: {} in the folder, {} now", key, text(before, key), text(after, key)));
  }
  return lines;
}

}  // namespace windhover::study
