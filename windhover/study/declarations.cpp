#include "windhover/study/declarations.hpp"

#include <algorithm>
#include <set>

#include "windhover/core/nearest.hpp"
#include "windhover/core/value_text.hpp"
#include "windhover/study/table_reader.hpp"

namespace windhover::study {
namespace {

Result<void> check_known(const char* what, const std::string& name, const std::vector<std::string>& known) {
  if (std::ranges::find(known, name) != known.end()) return {};
  return usage_error(fmt::format("{} '{}' is unknown{}", what, name, suggestion(name, known)));
}

Result<void> check_effect(const std::vector<std::string>& effect, const Vocabulary& vocabulary) {
  std::vector<std::string> names;
  for (const Factor& factor : vocabulary.factors) names.push_back(factor.name);
  for (const auto& name : effect) {
    WINDHOVER_RETURN_IF_ERROR(check_known("factor", name, names));
    const auto factor = std::ranges::find(vocabulary.factors, name, &Factor::name);
    if (factor->levels.size() != 2) {
      return usage_error(
          fmt::format("factor '{}' has {} levels, but an effect is between two; name cells with "
                      "'contrast' instead",
                      name, factor->levels.size()));
    }
  }
  if (effect.empty() || vocabulary.full_factorial) return {};
  return usage_error("'effect' needs the design \"factorial\"; name cells with 'contrast' instead");
}

/// Returns of different environments, or profiles of one, have no common unit.
Result<void> check_one_world(const record::Claim& claim, const Vocabulary& vocabulary) {
  if (claim.metric == record::ClaimMetric::cv || claim.metric == record::ClaimMetric::collapse) return {};
  const auto refuse = [](const std::string& one, const std::string& other) {
    return usage_error(fmt::format(
        "the claim is about returns in {} and in {}, which have no common unit; name cells of one "
        "of them with 'contrast'",
        one, other));
  };
  const auto& worlds = vocabulary.worlds;
  if (!claim.effect.empty()) {
    const auto other =
        std::ranges::find_if(worlds, [&](const auto& world) { return world != worlds.front(); });
    return other == worlds.end() ? Result<void>() : refuse(worlds.front(), *other);
  }
  const auto world_of = [&](const record::CellTerm& term) -> const std::string& {
    const auto cell = std::ranges::find(vocabulary.cells, term.cell);
    return worlds[static_cast<std::size_t>(cell - vocabulary.cells.begin())];
  };
  for (const auto& contrast : claim.contrasts) {
    for (const auto& term : contrast) {
      if (world_of(term) != world_of(contrast.front()))
        return refuse(world_of(contrast.front()), world_of(term));
    }
  }
  return {};
}

Result<void> complete(record::Claim& claim, const Vocabulary& vocabulary) {
  for (const auto& contrast : claim.contrasts) {
    for (const auto& term : contrast)
      WINDHOVER_RETURN_IF_ERROR(check_known("cell", term.cell, vocabulary.cells));
  }
  WINDHOVER_RETURN_IF_ERROR(check_effect(claim.effect, vocabulary));
  WINDHOVER_RETURN_IF_ERROR(check_one_world(claim, vocabulary));
  if (claim.noise_floor && !vocabulary.noise_floor)
    return usage_error("'noise_floor' is true, but the study has no [noise_floor]");
  if (claim.metric != record::ClaimMetric::gap) {
    if (claim.arm.empty()) claim.arm = vocabulary.arms.front();
    return check_known("arm", claim.arm, vocabulary.arms);
  }
  if (vocabulary.arms.size() >= 2) return {};
  return usage_error("'metric' is \"gap\", but the study has one arm");
}

std::string place_of(const Document& document, std::size_t number, const Json& entry) {
  const bool named = entry.is_object() && entry.contains("id") && entry["id"].is_string();
  return fmt::format("{}: [[claims]]{}", document.place(fmt::format("claims[{}]", number)),
                     named ? fmt::format(" '{}'", entry["id"].get<std::string>()) : "");
}

/// As many as the study has, counted up from its largest seed.
Result<std::vector<std::uint64_t>> following_seeds(const TableReader& reader,
                                                   const std::vector<std::uint64_t>& seeds) {
  const std::uint64_t largest = *std::ranges::max_element(seeds);
  if (largest > largest_seed - seeds.size())
    return reader.refuse("seeds", "must be given: no seeds follow the study's largest");
  std::vector<std::uint64_t> following;
  for (std::size_t i = 1; i <= seeds.size(); ++i) following.push_back(largest + i);
  return following;
}

}  // namespace

Result<std::vector<record::Claim>> read_claims(const Document& document, const Vocabulary& vocabulary) {
  std::vector<record::Claim> claims;
  const Json* list = document.find("claims");
  if (list == nullptr) return claims;
  if (!list->is_array()) {
    return usage_error(fmt::format("{}: 'claims' must be a list of tables, [[claims]], but is {}",
                                   document.place("claims"), value_text(*list)));
  }
  std::set<std::string> ids;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto place = place_of(document, i, (*list)[i]);
    auto claim = record::parse_claim((*list)[i]);
    if (!claim) return in_context(place, claim.error());
    if (const auto completed = complete(*claim, vocabulary); !completed)
      return in_context(place, completed.error());
    if (!ids.insert(claim->id).second) return usage_error(fmt::format("{}: the id is there twice", place));
    claims.push_back(*std::move(claim));
  }
  return claims;
}

Result<std::optional<record::NoiseFloor>> read_noise_floor(const Document& document,
                                                           const Vocabulary& vocabulary) {
  if (!document.contains("noise_floor")) return std::nullopt;
  record::NoiseFloor floor;
  TableReader reader(document, "noise_floor");
  reader.expect("replicate");
  reader.expect("seeds");
  WINDHOVER_RETURN_IF_ERROR(reader.refuse_unknown());
  WINDHOVER_RETURN_IF_ERROR(reader.text("replicate", floor.cell));
  WINDHOVER_RETURN_IF_ERROR(reader.distinct_integers("seeds", floor.seeds));
  if (floor.cell.empty()) return reader.refuse("replicate", "is missing; it names the cell to train again");
  if (std::ranges::find(vocabulary.cells, floor.cell) == vocabulary.cells.end()) {
    return reader.refuse("replicate", fmt::format("is \"{}\", which is no cell of the study{}", floor.cell,
                                                  suggestion(floor.cell, vocabulary.cells)));
  }
  if (floor.seeds.empty()) {
    auto seeds = following_seeds(reader, vocabulary.seeds);
    if (!seeds) return Failure(seeds.error());
    floor.seeds = *std::move(seeds);
  }
  for (const auto seed : floor.seeds) {
    if (std::ranges::find(vocabulary.seeds, seed) != vocabulary.seeds.end()) {
      return reader.refuse(
          "seeds", fmt::format("holds {}, which is one of the study's: the noise floor needs others", seed));
    }
  }
  return floor;
}

}  // namespace windhover::study
