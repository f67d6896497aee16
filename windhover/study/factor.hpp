#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "windhover/study/document.hpp"

namespace windhover::study {

/// What a factor can change, and so how the audit shows that it does.
enum class FactorKind {
  network,     ///< another network: layers, parameters and outputs differ
  budget,      ///< a longer or shorter training: nothing that a probe of a few episodes could show
  schedule,    ///< another order of the same updates; one of them is not reproducible
  evaluation,  ///< other test conditions or episodes: the same training, scored in another way
  dynamics,    ///< anything else: a short probe run ends in other bits
};

/// A configuration key that the study varies.
struct Factor {
  std::string name;      ///< "hidden"; "training.workers" if more than one table has a key of that name
  std::string key;       ///< its place in the study file: "learner.hidden"
  std::string given_as;  ///< where the file lists its levels: "factors.hidden"
  FactorKind kind = FactorKind::dynamics;
  std::vector<Json> levels = {};  ///< the first is the baseline

  /// True if a study file may call it so: its name, its key, "environment.slots".
  [[nodiscard]] bool is_called(std::string_view text) const;
};

/// The factors of [factors], in the order of the configuration's keys (environment, profile and preset, then
/// recurrent and layer_norm), whatever their order in the file: the order of the cells, and with it the
/// study's digest, is a matter of what is asked. Errors: unknown or ambiguous key, no level, a level twice,
/// an unknown environment, a key that is also set in its own table (unless the levels come from a --set and
/// the single value does not).
[[nodiscard]] Result<std::vector<Factor>> read_factors(const Document& document);

/// The key of every setting of the environments that the cells may have, "learner.lr"; of no environment, if
/// these are not known.
[[nodiscard]] std::vector<std::string> setting_keys(const Document& document);

}  // namespace windhover::study
