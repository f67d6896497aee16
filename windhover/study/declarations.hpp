#pragma once

#include <optional>
#include <vector>

#include "windhover/core/result.hpp"
#include "windhover/record/record.hpp"
#include "windhover/study/document.hpp"
#include "windhover/study/factor.hpp"

namespace windhover::study {

/// What [[claims]] and [noise_floor] may refer to.
struct Vocabulary {
  std::vector<std::string> cells = {};
  std::vector<std::string> worlds = {};  ///< environment and profile of each cell
  std::vector<std::string> arms;
  std::vector<std::uint64_t> seeds;
  std::vector<Factor> factors;
  bool full_factorial = true;  ///< so that effects can be told apart
  bool noise_floor = false;    ///< the study has one
};

/// [[claims]]. An arm that is not given is the study's first. Errors, of kind usage and with the place: what
/// record::parse_claim refuses, an id twice, an unknown cell, arm or factor (with the nearest), a gap in a
/// study of one arm, the effect of a factor that has not two levels, returns of several environments in one
/// contrast, a noise floor that the study does not have.
[[nodiscard]] Result<std::vector<record::Claim>> read_claims(const Document& document,
                                                             const Vocabulary& vocabulary);

/// [noise_floor]. Without `seeds` it takes as many as the study has: the whole numbers that follow the
/// study's largest. Errors, of kind usage and with the place: an unknown key or cell (with the nearest), a
/// seed that is the study's.
[[nodiscard]] Result<std::optional<record::NoiseFloor>> read_noise_floor(const Document& document,
                                                                         const Vocabulary& vocabulary);

}  // namespace windhover::study
