#include "windhover/study/checked_record.hpp"

#include <utility>

#include <fmt/format.h>

#include "windhover/nn/checkpoint.hpp"
#include "windhover/study/model_files.hpp"

namespace windhover::study {
namespace {

/// Errors: fewer files than models, other names, or no checkpoint.
Result<std::string> digest_of_models(const record::Run& run, const std::vector<record::ModelFile>& files) {
  if (std::cmp_less(files.size(), run.summary.models))
    return failure(fmt::format("{} files came, and {} models were to", files.size(), run.summary.models));
  std::vector<std::vector<std::byte>> parameters;
  for (int model = 0; model < run.summary.models; ++model) {
    const auto& file = files[static_cast<std::size_t>(model)];
    const auto name = model_file_name(model, run.summary.models);
    if (file.name != name) return failure(fmt::format("'{}' came, not '{}'", file.name, name));
    const auto checkpoint = nn::read_safetensors(file.content);
    if (!checkpoint) return in_context(name, checkpoint.error());
    parameters.push_back(nn::canonical_bytes(nn::Layout(checkpoint->architecture), checkpoint->parameters));
  }
  return record::run_digest(parameters, run.evaluation);
}

}  // namespace

std::string digest_fault(const Folder& folder, const record::Run& run) {
  const auto files = read_model_files(folder, run.summary);
  return files ? digest_fault(run, *files) : files.error().message;
}

std::string digest_fault(const record::Run& run, const std::vector<record::ModelFile>& files) {
  const auto digest = digest_of_models(run, files);
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
