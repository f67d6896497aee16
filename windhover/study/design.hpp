#pragma once

#include <string>
#include <vector>

#include "windhover/study/factor.hpp"

namespace windhover::study {

/// The chosen level of each factor.
using Levels = std::vector<std::size_t>;

[[nodiscard]] const std::vector<std::string>& design_names();

/// The cells of a design: "factorial", every combination with the last factor changing fastest, or
/// "one-at-a-time", the first levels and then one cell a further level of each factor. The first cell is the
/// baseline.
[[nodiscard]] std::vector<Levels> cells_of_design(const std::string& design,
                                                  const std::vector<Factor>& factors);

/// How many cells the design has, without making them; saturates at the largest size.
[[nodiscard]] std::size_t count_cells(const std::string& design, const std::vector<Factor>& factors);

/// "gru+ln", "mlp,hidden=64": the network's kind, then the level of every other factor ("one-at-a-time":
/// where it is not the baseline's). Holds no character that a folder's name may not have.
[[nodiscard]] std::string cell_id(bool recurrent, bool layer_norm, const std::string& design,
                                  const std::vector<Factor>& factors, const Levels& levels);

}  // namespace windhover::study
