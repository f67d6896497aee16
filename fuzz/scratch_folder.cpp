#include "fuzz/scratch_folder.hpp"

#include <string>

#include <unistd.h>

namespace windhover::fuzz {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    const fs::path memory = "/dev/shm";
    std::error_code ignored;
    path_ = (fs::is_directory(memory, ignored) ? memory : fs::temp_directory_path()) /
            ("windhover-fuzz-" + std::to_string(::getpid()));
    fs::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace

const fs::path& scratch_folder() {
  static const Folder folder;
  return folder.path();
}

}  // namespace windhover::fuzz
