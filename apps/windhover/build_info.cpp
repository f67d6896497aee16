#include "apps/windhover/build_info.hpp"

#include <fstream>
#include <string>
#include <thread>

#include "apps/windhover/revision.hpp"
#include <sys/resource.h>
#include <sys/utsname.h>

#include "windhover/kernels/kernels.hpp"
#include "windhover/study/version.hpp"

namespace windhover::app {
namespace {

std::string compiler() {
#if defined(__clang__)
  return "clang " __clang_version__;
#else
  return "gcc " __VERSION__;
#endif
}

std::string processor() {
  std::ifstream information("/proc/cpuinfo");
  for (std::string line; std::getline(information, line);) {
    if (!line.starts_with("model name")) continue;
    const auto colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

}  // namespace

record::Build build_info() {
  return {.version = std::string(study::version()),
          .revision = revision::commit,
          .modified = revision::modified,
          .sources = revision::sources,
          .compiler = compiler(),
          .type = WINDHOVER_BUILD_TYPE,
          .flags = WINDHOVER_BUILD_FLAGS,
          .instruction_set = kernels::current_target()};
}

record::Machine machine_info() {
  utsname system{};
  ::uname(&system);
  return {.system = fmt::format("{} {} {}", system.sysname, system.release, system.machine),
          .processor = processor(),
          .threads = std::thread::hardware_concurrency()};
}

double peak_memory_mb() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;  // Linux counts KiB
}

}  // namespace windhover::app
