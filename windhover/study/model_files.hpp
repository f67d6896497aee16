#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "windhover/study/plan.hpp"
#include "windhover/study/saved_state.hpp"

namespace windhover::study {

/// What the file of one of a run's models is called.
[[nodiscard]] std::string model_file_name(int model, int models);

/// The files of a run's models. Their metadata says which run made them, and how.
[[nodiscard]] std::vector<record::ModelFile> model_files(const RunPlan& run, const record::RunConfig& config,
                                                         const Trained& trained);

/// The files of a kept run's models, as they are. Error: one that is missing or unreadable.
[[nodiscard]] Result<std::vector<record::ModelFile>> read_model_files(const Folder& folder,
                                                                      const record::RunSummary& summary);

/// The parameters of every model as the run's digest is made of them.
[[nodiscard]] std::vector<std::vector<std::byte>> canonical_models(const nn::Layout& layout,
                                                                   const Trained& trained);

}  // namespace windhover::study
