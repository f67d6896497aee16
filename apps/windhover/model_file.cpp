#include "apps/windhover/model_file.hpp"

#include <span>

#include "windhover/core/files.hpp"

namespace windhover::app {

Result<nn::Checkpoint> read_model(const std::filesystem::path& path) {
  const auto content = read_file(path);
  if (!content) return Failure(content.error());
  auto checkpoint = nn::read_safetensors(std::as_bytes(std::span(*content)));
  if (!checkpoint) return in_context(path.string(), checkpoint.error());
  return checkpoint;
}

}  // namespace windhover::app
