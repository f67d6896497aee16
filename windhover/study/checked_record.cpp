#include "windhover/study/checked_record.hpp"

#include <span>
#include <vector>

#include <fmt/format.h>

#include "windhover/nn/checkpoint.hpp"
#include "windhover/study/model_files.hpp"

namespace windhover::study {
namespace {

/// Errors: a model that is missing, damaged, or no checkpoint.
Result<std::string> digest_of_files(const Folder& folder, const record::Run& run) {
  std::vector<std::vector<std::byte>> parameters;
  for (int model = 0; model < run.summary.models; ++model) {
    const auto name = model_file_name(model, run.summary.models);
    const auto content = folder.read(name);
    if (!content) return Failure(content.error());
    const auto checkpoint = nn::read_safetensors(std::as_bytes(std::span(*content)));
    if (!checkpoint) return in_context(name, checkpoint.error());
    parameters.push_back(nn::canonical_bytes(nn::Layout(checkpoint->architecture), checkpoint->parameters));
  }
  return record::run_digest(parameters, run.evaluation);
}

}  // namespace

std::string digest_fault(const Folder& folder, const record::Run& run) {
  const auto digest = digest_of_files(folder, run);
  if (!digest) return digest.error().message;
  if (*digest == run.summary.digest) return {};
  return fmt::format("its digest is {}, but models and evaluation.csv give {}", run.summary.digest, *digest);
}

Result<record::StudyRecord> read_checked_study(const Folder& out) {
  auto record = record::read_study(out);
  if (!record) return record;
  for (const auto& run : record->runs) {
    if (auto what = digest_fault(out.below(run.id.place()), run); !what.empty())
      record->digest_faults.push_back({.file = run.id.place(), .what = std::move(what)});
  }
  return record;
}

}  // namespace windhover::study
