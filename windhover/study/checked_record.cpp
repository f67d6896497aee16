#include "windhover/study/checked_record.hpp"

#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "windhover/core/bytes.hpp"
#include "windhover/nn/checkpoint.hpp"
#include "windhover/study/model_files.hpp"

namespace windhover::study {
namespace {

/// Puts the parameters of a model's file behind the others. Error: no checkpoint.
Result<void> add_parameters(std::vector<std::vector<std::byte>>& parameters, const std::string& name,
                            std::string_view content) {
  const auto checkpoint = nn::read_safetensors(std::as_bytes(std::span(content)));
  if (!checkpoint) return in_context(name, checkpoint.error());
  parameters.push_back(nn::canonical_bytes(nn::Layout(checkpoint->architecture), checkpoint->parameters));
  return {};
}

/// Errors: a model that is missing, damaged, or no checkpoint.
Result<std::string> digest_of_files(const Folder& folder, const record::Run& run) {
  std::vector<std::vector<std::byte>> parameters;
  for (int model = 0; model < run.summary.models; ++model) {
    const auto name = model_file_name(model, run.summary.models);
    const auto content = folder.read(name);
    if (!content) return Failure(content.error());
    WINDHOVER_RETURN_IF_ERROR(add_parameters(parameters, name, *content));
  }
  return record::run_digest(parameters, run.evaluation);
}

/// Errors: fewer files than models, other names, or no checkpoint.
Result<std::string> digest_of_models(const record::Run& run, const std::vector<record::ModelFile>& files) {
  if (std::cmp_less(files.size(), run.summary.models))
    return failure(fmt::format("{} files came, and {} models were to", files.size(), run.summary.models));
  std::vector<std::vector<std::byte>> parameters;
  for (int model = 0; model < run.summary.models; ++model) {
    const auto& file = files[static_cast<std::size_t>(model)];
    const auto name = model_file_name(model, run.summary.models);
    if (file.name != name) return failure(fmt::format("'{}' came, not '{}'", file.name, name));
    WINDHOVER_RETURN_IF_ERROR(add_parameters(parameters, name, as_text(file.content)));
  }
  return record::run_digest(parameters, run.evaluation);
}

std::string fault_of(const Result<std::string>& digest, const record::Run& run) {
  if (!digest) return digest.error().message;
  if (*digest == run.summary.digest) return {};
  return fmt::format("its digest is {}, but models and evaluation.csv give {}", run.summary.digest, *digest);
}

}  // namespace

std::string digest_fault(const Folder& folder, const record::Run& run) {
  return fault_of(digest_of_files(folder, run), run);
}

std::string digest_fault(const record::Run& run, const std::vector<record::ModelFile>& files) {
  return fault_of(digest_of_models(run, files), run);
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
