#include "windhover/study/plan.hpp"

#include <algorithm>
#include <set>

#include "windhover/core/json_leaves.hpp"
#include "windhover/core/nearest.hpp"
#include "windhover/study/declarations.hpp"
#include "windhover/study/design.hpp"
#include "windhover/study/quick.hpp"
#include "windhover/study/table_reader.hpp"

namespace windhover::study {
namespace {

constexpr std::size_t most_cells = 10'000;

// A batched evaluation step costs about this share of a training step: no backward pass, no optimiser.
constexpr double evaluation_step_share = 0.25;

/// The top level of a study file.
struct Heading {
  std::string name;
  std::string environment = "offload";
  Basis basis;
  std::string design = design_names().front();
  std::vector<std::uint64_t> seeds = {42, 123, 456, 789, 1024};
  std::vector<std::string> arms = rl::default_arm_names();
  std::vector<std::string> family;  ///< [analysis] family; empty if the study does not declare one
};

Result<void> check_choice(const TableReader& reader, std::string_view key, const std::string& value,
                          const std::vector<std::string>& choices) {
  if (std::ranges::find(choices, value) != choices.end()) return {};
  return reader.refuse(key, fmt::format("is \"{}\", which is unknown{}", value, suggestion(value, choices)));
}

/// What the study declares beforehand about its analysis, which reads it from the record.
Result<void> read_analysis(Heading& heading, const Document& document) {
  TableReader reader(document, "analysis");
  WINDHOVER_RETURN_IF_ERROR(reader.distinct_texts("family", heading.family));
  for (const auto& metric : heading.family)
    WINDHOVER_RETURN_IF_ERROR(check_choice(reader, "family", metric, record::family_metrics()));
  return reader.refuse_unknown();
}

Result<void> complete(Heading& heading, const TableReader& reader, const Document& document) {
  const auto environment = env::find(heading.environment);
  if (!environment) return in_context(document.place("environment"), environment.error());
  heading.basis.environment = *environment;
  if (heading.basis.profile.empty()) heading.basis.profile = (*environment)->profiles.front();
  WINDHOVER_RETURN_IF_ERROR(check_choice(reader, "profile", heading.basis.profile, (*environment)->profiles));
  WINDHOVER_RETURN_IF_ERROR(check_choice(reader, "preset", heading.basis.preset, rl::preset_names()));
  WINDHOVER_RETURN_IF_ERROR(check_choice(reader, "design", heading.design, design_names()));
  for (const auto& arm : heading.arms)
    WINDHOVER_RETURN_IF_ERROR(check_choice(reader, "arms", arm, rl::arm_names()));
  return {};
}

Result<Heading> read_heading(const Document& document) {
  Heading heading;
  heading.basis.preset = rl::preset_names().front();
  TableReader reader(document, "");
  WINDHOVER_RETURN_IF_ERROR(reader.text("name", heading.name));
  WINDHOVER_RETURN_IF_ERROR(reader.text("environment", heading.environment));
  WINDHOVER_RETURN_IF_ERROR(reader.text("profile", heading.basis.profile));
  WINDHOVER_RETURN_IF_ERROR(reader.text("preset", heading.basis.preset));
  WINDHOVER_RETURN_IF_ERROR(reader.text("design", heading.design));
  WINDHOVER_RETURN_IF_ERROR(reader.distinct_integers("seeds", heading.seeds));
  WINDHOVER_RETURN_IF_ERROR(reader.distinct_texts("arms", heading.arms));
  for (const char* table : {"factors", "environment_fields", "learner", "training", "evaluation",
                            "noise_floor", "claims", "analysis"})
    reader.expect(table);
  WINDHOVER_RETURN_IF_ERROR(reader.refuse_unknown());
  if (heading.name.empty())
    return usage_error(document.origin() + ": 'name' is missing; it must be a text in quotes");
  WINDHOVER_RETURN_IF_ERROR(complete(heading, reader, document));
  WINDHOVER_RETURN_IF_ERROR(read_analysis(heading, document));
  return heading;
}

/// The document with one cell's levels in place of [factors].
Document with_levels(const Document& document, const std::vector<Factor>& factors, const Levels& levels) {
  Document cell = document;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    if (factors[i].kind == FactorKind::budget) {
      cell.remove("training.episodes");
      cell.remove("training.steps");
    }
  }
  for (std::size_t i = 0; i < factors.size(); ++i) {
    cell.assign(factors[i].key, factors[i].levels[levels[i]], document.place(factors[i].given_as));
  }
  return cell;
}

/// Fills in what only the environment knows, by making a group of it, and checks that each arm can learn
/// there.
Result<void> examine(CellPlan& plan, const Heading& heading) {
  const Basis& basis = heading.basis;
  const auto& settings = plan.settings;
  const auto group = basis.environment->make_group(
      settings.environment, {.mode = env::Mode::training, .conditions = settings.training.velocities});
  if (!group) return Failure(group.error());
  plan.architecture = settings.learner.architecture((*group)->observation_size(), (*group)->action_count());
  plan.episode_limit = (*group)->episode_limit();
  plan.members = basis.environment->evaluation_members(settings.environment, settings.training.workers);
  for (const auto& name : heading.arms) {
    const auto arm = rl::find_arm(name);
    if (!arm) return Failure(arm.error());
    WINDHOVER_RETURN_IF_ERROR(rl::check_schedule(settings.learner, **arm, (*group)->shares_rewards()));
  }
  return nn::validate(plan.architecture);
}

/// The study in the study file's form with every default filled in; what is a factor stands in [factors]
/// alone.
Json effective_configuration(const Heading& heading, const Plan& plan, const Document& document) {
  const Settings& baseline = plan.cells.front().settings;
  Json config = {{"name", heading.name},
                 {"environment", heading.environment},
                 {"profile", heading.basis.profile},
                 {"preset", heading.basis.preset},
                 {"seeds", heading.seeds},
                 {"arms", heading.arms},
                 {"design", heading.design},
                 {"factors", Json::object()},
                 {"environment_fields", baseline.environment},
                 {"learner", fields::to_json(baseline.learner)},
                 {"training", baseline.training.to_json()},
                 {"evaluation", baseline.evaluation.to_json()}};
  if (!heading.family.empty()) config["analysis"] = {{"family", heading.family}};
  for (const Factor& factor : plan.factors) {
    config["factors"][factor.name] = factor.levels;
    const auto dot = factor.key.find('.');
    config[factor.key.substr(0, dot)].erase(factor.key.substr(dot + 1));
    if (factor.kind == FactorKind::budget) config["training"].erase("episodes");
    // Velocities that follow from the number of workers vary with it.
    if (factor.key == "training.workers" && !document.contains("training.velocities")) {
      config["training"].erase("velocities");
    }
  }
  record::put_declarations(config, plan.study);
  return config;
}

Json levels_by_name(const std::vector<Factor>& factors, const Levels& levels) {
  Json json = Json::object();
  for (std::size_t i = 0; i < factors.size(); ++i) json[factors[i].name] = factors[i].levels[levels[i]];
  return json;
}

Result<CellPlan> make_cell(const Document& document, const Heading& heading,
                           const std::vector<Factor>& factors, const Levels& levels) {
  auto settings = read_settings(with_levels(document, factors, levels), heading.basis);
  if (!settings) return Failure(settings.error());
  CellPlan cell{.settings = *std::move(settings)};
  const auto& learner = cell.settings.learner;
  cell.cell = {.id = cell_id(learner.recurrent, learner.layer_norm, heading.design, factors, levels),
               .factors = levels_by_name(factors, levels)};
  const auto examined = examine(cell, heading);
  if (!examined)
    return in_context(fmt::format("{}: cell {}", document.origin(), cell.cell.id), examined.error());
  return cell;
}

Result<void> add_cells(Plan& plan, const Document& document, const Heading& heading) {
  const std::size_t count = count_cells(heading.design, plan.factors);
  if (count > most_cells) {
    return usage_error(
        fmt::format("{}: the design has {} cells, but {} is the most", document.origin(), count, most_cells));
  }
  std::set<std::string> ids;
  for (const Levels& levels : cells_of_design(heading.design, plan.factors)) {
    auto cell = make_cell(document, heading, plan.factors, levels);
    if (!cell) return Failure(cell.error());
    if (!ids.insert(cell->cell.id).second) {
      return usage_error(fmt::format("{}: two cells have the name {}", document.origin(), cell->cell.id));
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
  for (const CellPlan& cell : plan.cells) vocabulary.cells.push_back(cell.cell.id);
  auto claims = read_claims(document, vocabulary);
  if (!claims) return Failure(claims.error());
  plan.study.claims = *std::move(claims);
  auto floor = read_noise_floor(document, vocabulary);
  if (!floor) return Failure(floor.error());
  plan.study.noise_floor = *std::move(floor);
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
  const bool whole =
      given != nullptr && given->is_number_integer();  // anything else is refused with the cells
  const int workers = whole ? given->get<int>() : TrainingSettings{}.workers;
  std::size_t weight = 0;
  for (const auto& name : heading.arms) weight += (*rl::find_arm(name))->budget_factor(workers);
  return cells * heading.seeds.size() * weight;
}

}  // namespace

Result<Plan> make_plan(const Document& document, bool quick) {
  const auto heading = read_heading(document);
  if (!heading) return Failure(heading.error());
  auto factors = read_factors(document, *heading->basis.environment);
  if (!factors) return Failure(factors.error());

  Plan plan{.basis = heading->basis, .factors = *std::move(factors)};
  const std::size_t cells = std::min(count_cells(heading->design, plan.factors), most_cells);
  const int episodes = quick_episodes(weighted_runs(*heading, document, cells));
  for (Factor& factor : plan.factors) {
    if (quick && factor.kind == FactorKind::budget)
      WINDHOVER_RETURN_IF_ERROR(shorten_levels(factor, document, episodes));
  }
  WINDHOVER_RETURN_IF_ERROR(add_cells(plan, document, *heading));
  if (quick) {
    for (CellPlan& cell : plan.cells) shorten(cell.settings, episodes);
  }
  plan.study.name = heading->name;
  plan.study.arms = heading->arms;
  plan.study.seeds = heading->seeds;
  plan.study.quick = quick;
  for (const CellPlan& cell : plan.cells) plan.study.cells.push_back(cell.cell);
  WINDHOVER_RETURN_IF_ERROR(add_declarations(plan, document, *heading));
  plan.study.config = effective_configuration(*heading, plan, document);
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

rl::TrainingSetup training_setup(const Plan& plan, const RunPlan& run) {
  const Settings& settings = run.cell->settings;
  return {.arm = run.id.arm,
          .learner = settings.learner,
          .environment = plan.basis.environment->name,
          .environment_config = settings.environment,
          .seed = run.id.seed,
          .workers = settings.training.workers,
          .episodes = settings.training.episodes,
          .steps = settings.training.steps,
          .conditions = settings.training.velocities};
}

rl::EvaluationSetup evaluation_setup(const Plan& plan, const RunPlan& run) {
  const Settings& settings = run.cell->settings;
  return {.environment = plan.basis.environment->name,
          .environment_config = settings.environment,
          .seed = run.id.seed,
          .conditions = settings.evaluation.velocities,
          .episodes = settings.evaluation.episodes,
          .members = run.cell->members};
}

Json run_configuration(const Plan& plan, const RunPlan& run) {
  const Settings& settings = run.cell->settings;
  Json evaluation = settings.evaluation.to_json();
  evaluation["members"] = run.cell->members;
  evaluation["condition_name"] = plan.basis.environment->condition_name;
  evaluation["sampled_first"] = plan.basis.environment->sampled_first(settings.environment);
  return {{"study", plan.study.name},
          {"quick", plan.study.quick},
          {"cell", run.id.cell},
          {"factors", run.cell->cell.factors},
          {"arm", run.id.arm},
          {"seed", run.id.seed},
          {"environment", plan.basis.environment->name},
          {"profile", plan.basis.profile},
          {"preset", plan.basis.preset},
          {"environment_fields", settings.environment},
          {"learner", fields::to_json(settings.learner)},
          {"training", settings.training.to_json()},
          {"evaluation", std::move(evaluation)}};
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
