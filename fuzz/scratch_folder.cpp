#include "fuzz/scratch_folder.hpp"

#include "windhover/core/temporary_folder.hpp"

namespace windhover::fuzz {
namespace {

namespace fs = std::filesystem;

fs::path in_memory_if_possible() {
  const fs::path memory = "/dev/shm";
  std::error_code ignored;
  return fs::is_directory(memory, ignored) ? memory : fs::temp_directory_path();
}

}  // namespace

const fs::path& scratch_folder() {
  static const TemporaryFolder folder(in_memory_if_possible());
  return folder.path();
}

}  // namespace windhover::fuzz
