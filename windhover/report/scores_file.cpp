#include "windhover/report/scores_file.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "windhover/report/escape.hpp"

namespace windhover::report {

std::string scores_file(const analysis::Results& results) {
  std::string text = "cell,arm,seed,actions,condition,mean_return\n";
  for (const auto& curve : results.velocity_curves) {
    const auto cell = std::ranges::find(results.cells, curve.cell, &analysis::CellResults::id);
    if (cell == results.cells.end()) continue;
    const auto& seeds = cell->arms.at(curve.arm).scores[curve.actions].seeds;
    for (std::size_t i = 0; i < seeds.size(); ++i) {
      for (const auto& point : curve.points) {
        const double score = point.seed_values.at(i);
        text += fmt::format("{},{},{},{},{},{}\n", escape_csv(curve.cell), escape_csv(curve.arm), seeds[i],
                            name_of(curve.actions), point.condition,
                            std::isfinite(score) ? fmt::format("{}", score) : std::string());
      }
    }
  }
  return text;
}

}  // namespace windhover::report
