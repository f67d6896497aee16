#include <fmt/format.h>

#include "windhover/core/digest.hpp"
#include "windhover/record/record.hpp"
#include "windhover/record/row_files.hpp"

namespace windhover::record {

std::string run_digest(const std::vector<std::vector<std::byte>>& model_parameters,
                       const std::vector<EvaluationRow>& evaluation) {
  Digest digest;
  digest.add("windhover run 1");
  digest.add(fmt::format("{}", model_parameters.size()));
  for (const auto& parameters : model_parameters) digest.add(std::span<const std::byte>(parameters));
  digest.add(evaluation_lines(evaluation));
  return digest.finish();
}

std::string study_digest(const std::vector<Run>& runs) {
  Digest digest;
  digest.add("windhover study 1");
  for (const auto& run : runs) {
    digest.add(run.id.cell);
    digest.add(run.id.arm);
    digest.add(fmt::format("{}", run.id.seed));
    digest.add(run.summary.digest);
  }
  return digest.finish();
}

}  // namespace windhover::record
