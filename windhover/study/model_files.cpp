#include "windhover/study/model_files.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "windhover/core/described.hpp"
#include "windhover/nn/checkpoint.hpp"
#include "windhover/study/version.hpp"

namespace windhover::study {

std::string model_file_name(int model, int models) {
  return models == 1 ? "model.safetensors" : fmt::format("model-worker-{}.safetensors", model);
}

std::vector<record::ModelFile> model_files(const RunPlan& run, const record::RunConfig& config,
                                           const Trained& trained) {
  std::int32_t episodes = 0;
  for (const auto& row : trained.rows) episodes = std::max(episodes, row.episode + 1);
  nn::Metadata metadata = {{"cell", run.id.cell},
                           {"arm", run.id.arm},
                           {"seed", std::to_string(run.id.seed)},
                           {"episode", std::to_string(episodes)},
                           {"version", std::string(version())},
                           {"config", described::to_json(config).dump()}};
  const int models = static_cast<int>(trained.models.size());
  std::vector<record::ModelFile> files;
  for (int model = 0; model < models; ++model) {
    metadata["model"] = std::to_string(model);
    const auto file = nn::write_safetensors(run.cell->architecture,
                                            trained.models[static_cast<std::size_t>(model)], metadata);
    files.push_back(record::ModelFile::of(model_file_name(model, models), file));
  }
  return files;
}

std::vector<std::vector<std::byte>> canonical_models(const nn::Layout& layout, const Trained& trained) {
  std::vector<std::vector<std::byte>> models;
  for (const auto& model : trained.models) models.push_back(nn::canonical_bytes(layout, model));
  return models;
}

Result<std::vector<record::ModelFile>> read_model_files(const Folder& folder,
                                                        const record::RunSummary& summary) {
  std::vector<record::ModelFile> files;
  for (int model = 0; model < summary.models; ++model) {
    const auto name = model_file_name(model, summary.models);
    const auto content = folder.read(name);
    if (!content) return Failure(content.error());
    files.push_back(record::ModelFile::of(name, *content));
  }
  return files;
}

}  // namespace windhover::study
