#include <fmt/format.h>

#include "windhover/core/digest.hpp"
#include "windhover/core/first_few.hpp"
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

std::string configuration_hash(const Study& study) { return digest_of(study.config.dump()); }

StudyDigest study_digest(const Study& study, const std::map<RunId, RunSummary>& runs) {
  Digest digest;
  digest.add("windhover study 1");
  const auto ids = run_ids(study);
  std::vector<std::string> missing;
  for (const auto& id : ids) {
    const auto run = runs.find(id);
    if (run == runs.end()) {
      missing.push_back(id.folder().string());
      continue;
    }
    digest.add(id.cell);
    digest.add(id.arm);
    digest.add(fmt::format("{}", id.seed));
    digest.add(run->second.digest);
  }
  if (missing.empty()) return {.value = digest.finish(), .note = {}};
  return {.value = {},
          .note = fmt::format("{} of {} runs {} missing: {}", missing.size(), ids.size(),
                              missing.size() == 1 ? "is" : "are", first_few(missing, 4))};
}

StudyDigest study_digest(const StudyRecord& record) {
  std::map<RunId, RunSummary> runs;
  for (const auto& run : record.runs) runs.emplace(run.id, run.summary);
  auto digest = study_digest(record.study, runs);
  if (digest.value.empty() || record.digest_faults.empty()) return digest;
  std::vector<std::string> faults;
  for (const auto& fault : record.digest_faults)
    faults.push_back(fmt::format("{}: {}", fault.file, fault.what));
  return {.value = {}, .note = first_few(faults, 1)};
}

}  // namespace windhover::record
