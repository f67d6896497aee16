#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"

namespace windhover::record {

/// The number per seed that a claim is about.
enum class ClaimMetric {
  mean,             ///< mean return of an arm
  cv,               ///< coefficient of variation of an arm's pooled rows
  gap,              ///< mean of one arm less that of the other
  collapse,         ///< share of an arm's models that collapse greedily
  worst_condition,  ///< mean of an arm at its worst test condition
};

/// On which side of its bound the claimed quantity lies.
enum class ClaimSide {
  larger,   ///< above the bound; of 0 if there is none
  smaller,  ///< below it
  none,     ///< within +-bound of 0; without a bound: it is 0, which can be contradicted, never confirmed
};

/// A linear combination of cells has one of these for each.
struct CellTerm {
  std::string cell;
  double coefficient = 1;
  friend bool operator==(const CellTerm&, const CellTerm&) = default;
};

/// A statement that a study is to judge, declared before it runs. The quantity is given in one of three ways:
/// combinations of cells, each of which must lie on the claimed side; the factors of a main effect or of an
/// interaction; or the noise floor's cell under other seeds less the same cell under the study's.
struct Claim {
  std::string id;
  std::string text = {};
  ClaimMetric metric = ClaimMetric::mean;
  std::string arm = {};     ///< empty for the gap
  std::string policy = {};  ///< "greedy" or "sampled"; empty for the one that the study reports first
  std::vector<std::vector<CellTerm>> contrasts = {};
  std::vector<std::string> effect = {};
  bool noise_floor = false;
  ClaimSide side = ClaimSide::larger;
  std::optional<double> bound = {};
  friend bool operator==(const Claim&, const Claim&) = default;
};

/// "mean", "worst_condition": as in a study file.
[[nodiscard]] std::string name_of(ClaimMetric metric);

/// One table of [[claims]]. Errors of kind usage: an unknown key or word (with the nearest known one), a
/// wrong type, keys that exclude or need each other.
[[nodiscard]] Result<Claim> parse_claim(const Json& table);

/// The table that parse_claim reads.
[[nodiscard]] Json to_json(const Claim& claim);

/// The cell that is trained and evaluated again under other seeds in every arm, to show how large a
/// difference is that nothing but the seeds makes.
struct NoiseFloor {
  std::string cell;
  std::vector<std::uint64_t> seeds;  ///< none of them the study's
};

}  // namespace windhover::record
