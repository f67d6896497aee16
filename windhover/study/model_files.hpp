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

/// The parameters of every model as the run's digest is made of them.
[[nodiscard]] std::vector<std::vector<std::byte>> canonical_models(const nn::Layout& layout,
                                                                   const Trained& trained);

}  // namespace windhover::study
