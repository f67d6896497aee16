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
Json output_on_fixed_input(const nn::Architecture& architecture, const std::stop_token& stop) {
  const nn::Network<float> network(architecture, 1);
  const auto parameters = initial_parameters(network.layout(), fixed_seed, stop);
  nn::Activations<float> activations(architecture, 1, nn::Activations<float>::Rows::independent);
  auto observation = activations.observations(0);
  for (std::size_t i = 0; i < observation.size(); ++i) {
    observation[i] = static_cast<float>(i) / static_cast<float>(observation.size());
  }
  network.forward(parameters, activations, 0, 1);
  Json output = Json::array();
  for (const float value : activations.heads(0)) output.push_back(value);
  return output;
}

Json layers_of(const nn::Layout& layout) {
  Json layers = Json::array();
  for (const auto& tensor : layout.tensors())
    layers.push_back({{"name", tensor.name}, {"shape", tensor.shape}});
  return layers;
}

std::string configuration_hash(const Plan& plan, const CellPlan& cell) {
  const RunPlan run{.id = {}, .cell = &cell};
  Json configuration = run_configuration(plan, run);
  for (const char* name : {"cell", "factors"}) configuration.erase(name);  // how it is called, not what it is
  return digest_of(configuration.dump());
}

Result<Json> examine_cell(const Plan& plan, const CellPlan& cell, bool with_probe,
                          const std::stop_token& stop) {
  const nn::Layout layout(cell.architecture);
  Json entry = {{"id", cell.cell.id},
                {"configuration", configuration_hash(plan, cell)},
                {"layers", layers_of(layout)},
                {"parameters", layout.parameter_count()},
                {"output", output_on_fixed_input(cell.architecture, stop)}};
  if (stop.stop_requested()) return stopped();
  if (with_probe) {
    auto digest = probe_digest(plan, cell, ProbeLength::few_episodes, stop);
    if (!digest) return in_context(fmt::format("audit of cell {}", cell.cell.id), digest.error());
    entry["probe"] = *std::move(digest);
  }
  return entry;
}

/// The factors in which two cells differ.
std::vector<const Factor*> differing_factors(const Plan& plan, const CellPlan& a, const CellPlan& b) {
  std::vector<const Factor*> differing;
  for (const Factor& factor : plan.factors) {
    if (a.cell.factors[factor.name] != b.cell.factors[factor.name]) differing.push_back(&factor);
  }
  return differing;
}

/// What must differ between two cells that differ in these factors. Networks of two environments differ in
/// their inputs anyway, so such cells are told apart by what they do.
std::vector<std::string> required_checks(const std::vector<const Factor*>& factors, bool same_environment) {
  const auto any = [&](FactorKind kind) {
    return std::ranges::find(factors, kind, &Factor::kind) != factors.end();
  };
  if (!same_environment) return {"configuration", "probe"};
  if (any(FactorKind::network)) return {"layers", "parameters", "output"};
  if (any(FactorKind::budget) || any(FactorKind::schedule) || any(FactorKind::evaluation))
    return {"configuration"};
  return {"configuration", "probe"};
}

Json compare_cells(const Plan& plan, const Json& cells, std::size_t a, std::size_t b) {
  const auto factors = differing_factors(plan, plan.cells[a], plan.cells[b]);
  Json names = Json::array();
  for (const Factor* factor : factors) names.push_back(factor->name);
  Json checks = Json::object();
  const bool same_environment = plan.cells[a].basis.environment == plan.cells[b].basis.environment;
  for (const auto& check : required_checks(factors, same_environment))
    checks[check] = cells[a][check] != cells[b][check];
  return {{"cells", {cells[a]["id"], cells[b]["id"]}},
          {"factors", std::move(names)},
          {"checks", std::move(checks)}};
}

std::string cell_reason(const Json& pair) {
  std::vector<std::string> equal;
  for (const auto& [check, differs] : pair["checks"].items()) {
    if (!differs.get<bool>()) equal.push_back(check);
  }
  return fmt::format("cells {} and {} are the same in {}, so factor {} changes nothing between them",
                     pair["cells"][0].get<std::string>(), pair["cells"][1].get<std::string>(),
                     fmt::join(equal, ", "),
                     fmt::join(pair["factors"].get<std::vector<std::string>>(), ", "));
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

Json examine_seed(const CellPlan& cell, std::uint64_t seed, const std::stop_token& stop) {
  const nn::Layout layout(cell.architecture);
  const auto test_condition = static_cast<float>(cell.settings.evaluation.velocities.front());
  return {
      {"seed", seed},
      {"initial_parameters", hash_of(nn::canonical_bytes(layout, initial_parameters(layout, seed, stop)))},
      {"first_draws",
       {{"training_environment", first_draws_of(cell, seed, Purpose::training_environment, 0)},
        {"training_actions", first_draws_of(cell, seed, Purpose::training_actions, 0)},
        {"evaluation_environment",
         first_draws_of(cell, seed, Purpose::evaluation_environment, test_condition)},
        {"evaluation_actions", first_draws_of(cell, seed, Purpose::evaluation_actions, test_condition)}}}};
}

bool seeds_differ(const Json& a, const Json& b) {
  bool differ = a["initial_parameters"] != b["initial_parameters"];
  for (const auto& [purpose, draws] : a["first_draws"].items())
    differ = differ && draws != b["first_draws"][purpose];
  return differ;
}

/// A probe is needed as soon as one pair of cells is to be told apart by it.
bool needs_probes(const Plan& plan) {
  return std::ranges::find(plan.factors, FactorKind::dynamics, &Factor::kind) != plan.factors.end();
}

/// The probe of cell `index`, made at most once.
Result<std::string> long_probe(Json& cells, const Plan& plan, std::size_t index,
                               const std::stop_token& stop) {
  Json& entry = cells[index];
  if (!entry.contains("long_probe")) {
    auto digest = probe_digest(plan, plan.cells[index], ProbeLength::many_steps, stop);
    if (!digest)
      return in_context(fmt::format("audit of cell {}", entry["id"].get<std::string>()), digest.error());
    entry["long_probe"] = *std::move(digest);
  }
  return entry["long_probe"].get<std::string>();
}

/// Two cells that do the same for a few episodes are looked at for longer: levels of `rollout` beyond the
/// length of an untrained policy's episodes, for example, go apart only when episodes grow.
Result<void> look_longer(Json& pair, Json& cells, const Plan& plan, std::size_t a, std::size_t b,
                         const std::stop_token& stop) {
  const auto first = long_probe(cells, plan, a, stop);
  if (!first) return Failure(first.error());
  const auto second = long_probe(cells, plan, b, stop);
  if (!second) return Failure(second.error());
  pair["checks"]["probe"] = *first != *second;
  return {};
}

Result<void> audit_cells(Json& result, const Plan& plan, const Watch& watch) {
  for (const CellPlan& cell : plan.cells) {
    watch.tell({.what = "audit, cells", .done = result["cells"].size(), .all = plan.cells.size()});
    auto entry = examine_cell(plan, cell, needs_probes(plan), watch.stop());
    if (!entry) return Failure(entry.error());
    result["cells"].push_back(*std::move(entry));
  }
  for (std::size_t a = 0; a < plan.cells.size(); ++a) {
    watch.tell({.what = "audit, pairs of cells", .done = a, .all = plan.cells.size()});
    if (watch.stop_requested()) return stopped();
    for (std::size_t b = a + 1; b < plan.cells.size(); ++b) {
      Json pair = compare_cells(plan, result["cells"], a, b);
      if (pair["checks"].value("probe", true) == false)
        WINDHOVER_RETURN_IF_ERROR(look_longer(pair, result["cells"], plan, a, b, watch.stop()));
      const bool different =
          std::ranges::all_of(pair["checks"], [](const Json& check) { return check.get<bool>(); });
      pair["different"] = different;
      if (!different) result["reasons"].push_back(cell_reason(pair));
      result["cell_pairs"].push_back(std::move(pair));
    }
  }
  return {};
}

Result<void> audit_seeds(Json& result, const Plan& plan, const Watch& watch) {
  auto all = plan.study.seeds;
  if (const auto& floor = plan.study.noise_floor)
    all.insert(all.end(), floor->seeds.begin(), floor->seeds.end());
  for (const auto seed : all) {
    watch.tell({.what = "audit, seeds", .done = result["seeds"].size(), .all = all.size()});
    if (watch.stop_requested()) return stopped();
    result["seeds"].push_back(examine_seed(plan.cells.front(), seed, watch.stop()));
  }
  const Json& seeds = result["seeds"];
  for (std::size_t a = 0; a < seeds.size(); ++a) {
    for (std::size_t b = a + 1; b < seeds.size(); ++b) {
      const bool different = seeds_differ(seeds[a], seeds[b]);
      if (!different) {
        result["reasons"].push_back(fmt::format("seeds {} and {} start with the same numbers",
                                                seeds[a]["seed"].dump(), seeds[b]["seed"].dump()));
      }
      result["seed_pairs"].push_back(
          {{"seeds", {seeds[a]["seed"], seeds[b]["seed"]}}, {"different", different}});
    }
    if (watch.stop_requested()) return stopped();
  }
  return {};
}

}  // namespace

Result<Json> audit(const Plan& plan, const Watch& watch) {
  Json result = Json::object();
  for (const char* list : {"cells", "cell_pairs", "seeds", "seed_pairs", "reasons"})
    result[list] = Json::array();
  WINDHOVER_RETURN_IF_ERROR(audit_cells(result, plan, watch));
  WINDHOVER_RETURN_IF_ERROR(audit_seeds(result, plan, watch));
  result["passed"] = result["reasons"].empty();
  result["warnings"] = to_json(condition_warnings(plan));
  return result;
}

Result<void> require_passed(const Json& audit) {
  if (audit["passed"].get<bool>()) return {};
  return usage_error(fmt::format("the audit refuses the study: {}",
                                 fmt::join(audit["reasons"].get<std::vector<std::string>>(), "; ")));
}

}  // namespace windhover::study
