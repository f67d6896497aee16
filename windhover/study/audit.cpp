#include "windhover/study/audit.hpp"

#include <algorithm>
#include <span>

#include <fmt/ranges.h>

#include "windhover/core/digest.hpp"
#include "windhover/core/random.hpp"
#include "windhover/nn/checkpoint.hpp"
#include "windhover/nn/initialise.hpp"
#include "windhover/nn/network.hpp"
#include "windhover/study/condition_warnings.hpp"
#include "windhover/study/probe.hpp"

namespace windhover::study {
namespace {

constexpr std::uint64_t fixed_seed = 1;
constexpr int first_draws = 8;

std::string hash_of(std::span<const std::byte> bytes) {
  Digest digest;
  digest.add(bytes);
  return digest.finish();
}

nn::AlignedVector<float> initial_parameters(const nn::Layout& layout, std::uint64_t seed,
                                            const std::stop_token& stop) {
  nn::AlignedVector<float> parameters(layout.arena_size());
  nn::initialise<float>(parameters, layout, Stream({.seed = seed, .purpose = Purpose::initial_parameters}),
                        1.0, stop);
  return parameters;
}

/// Logits and value of the freshly initialised network for a ramp from 0 to 1.
std::vector<double> output_on_fixed_input(const nn::Architecture& architecture, const std::stop_token& stop) {
  const nn::Network<float> network(architecture, 1);
  const auto parameters = initial_parameters(network.layout(), fixed_seed, stop);
  nn::Activations<float> activations(architecture, 1, nn::Activations<float>::RowOrder::independent);
  auto observation = activations.observations(0);
  for (std::size_t i = 0; i < observation.size(); ++i) {
    observation[i] = static_cast<float>(i) / static_cast<float>(observation.size());
  }
  network.forward(parameters, activations, 0, 1);
  const auto heads = activations.heads(0);
  return {heads.begin(), heads.end()};
}

std::vector<record::AuditedLayer> layers_of(const nn::Layout& layout) {
  std::vector<record::AuditedLayer> layers;
  for (const auto& tensor : layout.tensors()) layers.push_back({.name = tensor.name, .shape = tensor.shape});
  return layers;
}

std::string configuration_hash(const Plan& plan, const CellPlan& cell) {
  const RunPlan run{.id = {}, .cell = &cell};
  Json configuration = described::to_json(run_configuration(plan, run));
  for (const char* name : {"cell", "factors"}) configuration.erase(name);  // how it is called, not what it is
  return digest_of(configuration.dump());
}

Result<record::AuditedCell> examine_cell(const Plan& plan, const CellPlan& cell, bool with_probe,
                                         const std::stop_token& stop) {
  const nn::Layout layout(cell.architecture);
  record::AuditedCell entry{.id = cell.cell.id,
                            .configuration = configuration_hash(plan, cell),
                            .layers = layers_of(layout),
                            .parameters = layout.parameter_count(),
                            .output = output_on_fixed_input(cell.architecture, stop)};
  if (stop.stop_requested()) return stopped();
  if (with_probe) {
    auto digest = probe_digest(plan, cell, ProbeLength::few_episodes, stop);
    if (!digest) return in_context(fmt::format("audit of cell {}", cell.cell.id), digest.error());
    entry.probe = *std::move(digest);
  }
  return entry;
}

/// The factors in which two cells differ.
std::vector<const Factor*> differing_factors(const Plan& plan, const CellPlan& a, const CellPlan& b) {
  std::vector<const Factor*> differing;
  for (const Factor& factor : plan.factors) {
    if (a.cell.factors.at(factor.name) != b.cell.factors.at(factor.name)) differing.push_back(&factor);
  }
  return differing;
}

/// What two cells are compared in, by its name in audit.json.
struct CellCheck {
  const char* name;
  bool (*differs)(const record::AuditedCell& a, const record::AuditedCell& b);
};

constexpr CellCheck configuration_check = {
    "configuration", [](const auto& a, const auto& b) { return a.configuration != b.configuration; }};
constexpr CellCheck layers_check = {"layers",
                                    [](const auto& a, const auto& b) { return a.layers != b.layers; }};
constexpr CellCheck parameters_check = {
    "parameters", [](const auto& a, const auto& b) { return a.parameters != b.parameters; }};
constexpr CellCheck output_check = {"output",
                                    [](const auto& a, const auto& b) { return a.output != b.output; }};
constexpr CellCheck probe_check = {"probe", [](const auto& a, const auto& b) { return a.probe != b.probe; }};

/// What must differ between two cells that differ in these factors. Networks of two environments differ in
/// their inputs anyway, so such cells are told apart by what they do.
std::vector<CellCheck> required_checks(const std::vector<const Factor*>& factors, bool same_environment) {
  const auto any = [&](FactorKind kind) {
    return std::ranges::find(factors, kind, &Factor::kind) != factors.end();
  };
  if (!same_environment) return {configuration_check, probe_check};
  if (any(FactorKind::network)) return {layers_check, parameters_check, output_check};
  if (any(FactorKind::budget) || any(FactorKind::schedule) || any(FactorKind::evaluation))
    return {configuration_check};
  return {configuration_check, probe_check};
}

record::AuditedCellPair compare_cells(const Plan& plan, const std::vector<record::AuditedCell>& cells,
                                      std::size_t a, std::size_t b) {
  const auto factors = differing_factors(plan, plan.cells[a], plan.cells[b]);
  record::AuditedCellPair pair{.cells = {cells[a].id, cells[b].id}};
  for (const Factor* factor : factors) pair.factors.push_back(factor->name);
  const bool same_environment = plan.cells[a].basis.environment == plan.cells[b].basis.environment;
  for (const auto& check : required_checks(factors, same_environment))
    pair.checks[check.name] = check.differs(cells[a], cells[b]);
  return pair;
}

std::string cell_reason(const record::AuditedCellPair& pair) {
  std::vector<std::string> equal;
  for (const auto& [check, differs] : pair.checks) {
    if (!differs) equal.push_back(check);
  }
  return fmt::format("cells {} and {} are the same in {}, so factor {} changes nothing between them",
                     pair.cells[0], pair.cells[1], fmt::join(equal, ", "), fmt::join(pair.factors, ", "));
}

/// The first draws of every stream of one purpose: all workers, the first episode, the first condition.
std::string first_draws_of(const CellPlan& cell, std::uint64_t seed, Purpose purpose, float condition) {
  Digest digest;
  for (int worker = 0; worker < cell.settings.training.workers; ++worker) {
    Stream stream({.seed = seed,
                   .purpose = purpose,
                   .worker = static_cast<std::uint16_t>(worker),
                   .condition = condition});
    for (int draw = 0; draw < first_draws; ++draw) {
      const std::uint32_t word = stream.next_word();
      digest.add(std::as_bytes(std::span(&word, 1)));
    }
  }
  return digest.finish();
}

record::AuditedSeed examine_seed(const CellPlan& cell, std::uint64_t seed, const std::stop_token& stop) {
  const nn::Layout layout(cell.architecture);
  const auto test_condition = static_cast<float>(cell.settings.evaluation.velocities.front());
  return {
      .seed = seed,
      .initial_parameters = hash_of(nn::canonical_bytes(layout, initial_parameters(layout, seed, stop))),
      .first_draws = {
          {"training_environment", first_draws_of(cell, seed, Purpose::training_environment, 0)},
          {"training_actions", first_draws_of(cell, seed, Purpose::training_actions, 0)},
          {"evaluation_environment",
           first_draws_of(cell, seed, Purpose::evaluation_environment, test_condition)},
          {"evaluation_actions", first_draws_of(cell, seed, Purpose::evaluation_actions, test_condition)}}};
}

/// In the initial parameters, and in the first draws of every purpose.
bool seeds_differ(const record::AuditedSeed& a, const record::AuditedSeed& b) {
  return a.initial_parameters != b.initial_parameters &&
         std::ranges::equal(a.first_draws, b.first_draws,
                            [](const auto& x, const auto& y) { return x.second != y.second; });
}

/// A probe is needed as soon as one pair of cells is to be told apart by it.
bool needs_probes(const Plan& plan) {
  return std::ranges::find(plan.factors, FactorKind::dynamics, &Factor::kind) != plan.factors.end();
}

/// The probe of cell `index`, made at most once.
Result<std::string> long_probe(std::vector<record::AuditedCell>& cells, const Plan& plan, std::size_t index,
                               const std::stop_token& stop) {
  auto& entry = cells[index];
  if (!entry.long_probe) {
    auto digest = probe_digest(plan, plan.cells[index], ProbeLength::many_steps, stop);
    if (!digest) return in_context(fmt::format("audit of cell {}", entry.id), digest.error());
    entry.long_probe = *std::move(digest);
  }
  return *entry.long_probe;
}

/// Two cells that do the same for a few episodes are looked at for longer: levels of `rollout` beyond the
/// length of an untrained policy's episodes, for example, go apart only when episodes grow.
Result<bool> differ_later(std::vector<record::AuditedCell>& cells, const Plan& plan, std::size_t a,
                          std::size_t b, const std::stop_token& stop) {
  const auto first = long_probe(cells, plan, a, stop);
  if (!first) return Failure(first.error());
  const auto second = long_probe(cells, plan, b, stop);
  if (!second) return Failure(second.error());
  return *first != *second;
}

Result<void> audit_pair(record::Audit& result, const Plan& plan, std::size_t a, std::size_t b,
                        const std::stop_token& stop) {
  auto pair = compare_cells(plan, result.cells, a, b);
  if (const auto probe = pair.checks.find(probe_check.name); probe != pair.checks.end() && !probe->second) {
    const auto differs = differ_later(result.cells, plan, a, b, stop);
    if (!differs) return Failure(differs.error());
    probe->second = *differs;
  }
  pair.different = std::ranges::all_of(pair.checks, [](const auto& check) { return check.second; });
  if (!pair.different) result.reasons.push_back(cell_reason(pair));
  result.cell_pairs.push_back(std::move(pair));
  return {};
}

Result<void> audit_cells(record::Audit& result, const Plan& plan, const Watch& watch) {
  for (const CellPlan& cell : plan.cells) {
    watch.tell({.what = "audit, cells", .done = result.cells.size(), .all = plan.cells.size()});
    auto entry = examine_cell(plan, cell, needs_probes(plan), watch.stop());
    if (!entry) return Failure(entry.error());
    result.cells.push_back(*std::move(entry));
  }
  for (std::size_t a = 0; a < plan.cells.size(); ++a) {
    watch.tell({.what = "audit, pairs of cells", .done = a, .all = plan.cells.size()});
    if (watch.stop_requested()) return stopped();
    for (std::size_t b = a + 1; b < plan.cells.size(); ++b)
      WINDHOVER_RETURN_IF_ERROR(audit_pair(result, plan, a, b, watch.stop()));
  }
  return {};
}

Result<void> audit_seeds(record::Audit& result, const Plan& plan, const Watch& watch) {
  auto all = plan.study.seeds;
  if (const auto& floor = plan.study.noise_floor)
    all.insert(all.end(), floor->seeds.begin(), floor->seeds.end());
  for (const auto seed : all) {
    watch.tell({.what = "audit, seeds", .done = result.seeds.size(), .all = all.size()});
    if (watch.stop_requested()) return stopped();
    result.seeds.push_back(examine_seed(plan.cells.front(), seed, watch.stop()));
  }
  const auto& seeds = result.seeds;
  for (std::size_t a = 0; a < seeds.size(); ++a) {
    for (std::size_t b = a + 1; b < seeds.size(); ++b) {
      const bool different = seeds_differ(seeds[a], seeds[b]);
      if (!different) {
        result.reasons.push_back(
            fmt::format("seeds {} and {} start with the same numbers", seeds[a].seed, seeds[b].seed));
      }
      result.seed_pairs.push_back({.seeds = {seeds[a].seed, seeds[b].seed}, .different = different});
    }
    if (watch.stop_requested()) return stopped();
  }
  return {};
}

}  // namespace

Result<record::Audit> audit(const Plan& plan, const Watch& watch) {
  record::Audit result;
  WINDHOVER_RETURN_IF_ERROR(audit_cells(result, plan, watch));
  WINDHOVER_RETURN_IF_ERROR(audit_seeds(result, plan, watch));
  result.passed = result.reasons.empty();
  result.warnings = condition_warnings(plan);
  return result;
}

Result<void> require_passed(const record::Audit& audit) {
  if (audit.passed) return {};
  return usage_error(fmt::format("the audit refuses the study: {}", fmt::join(audit.reasons, "; ")));
}

}  // namespace windhover::study
