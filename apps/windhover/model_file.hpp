#pragma once

#include <filesystem>

#include "windhover/core/result.hpp"
#include "windhover/nn/checkpoint.hpp"

namespace windhover::app {

/// Reads a safetensors checkpoint. Errors name the file and what is wrong with it.
[[nodiscard]] Result<nn::Checkpoint> read_model(const std::filesystem::path& path);

}  // namespace windhover::app
