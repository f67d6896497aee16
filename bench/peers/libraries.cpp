#include "bench/peers/libraries.hpp"

#include <cstdlib>
#include <memory>

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <dlfcn.h>
#include <malloc.h>
#include <torch/version.h>

#include "windhover/kernels/kernels.hpp"

namespace windhover::peers {
namespace {

/// The file that the BLAS product in use comes from, links resolved; empty if none is loaded.
std::string blas_file() {
  void* product = ::dlsym(RTLD_DEFAULT, "sgemm_");
  Dl_info info{};
  if (product == nullptr || ::dladdr(product, &info) == 0) return {};
  const std::unique_ptr<char, decltype(&std::free)> path(::realpath(info.dli_fname, nullptr), &std::free);
  return path ? path.get() : info.dli_fname;
}

/// The processor that OpenBLAS chose its products for; empty with another BLAS.
std::string blas_processor() {
  const auto name = reinterpret_cast<char* (*)()>(::dlsym(RTLD_DEFAULT, "openblas_get_corename"));
  return name == nullptr ? std::string() : std::string(name());
}

/// "AVX512", out of the lines of LibTorch's description of itself.
std::string torch_instruction_set() {
  const std::string description = at::show_config();
  constexpr std::string_view label = "CPU capability usage: ";
  const auto start = description.find(label);
  if (start == std::string::npos) return "unknown";
  const auto end = description.find('\n', start);
  return description.substr(start + label.size(), end - start - label.size());
}

}  // namespace

void use_one_torch_thread() {
  at::set_num_threads(1);
  at::set_num_interop_threads(1);
}

void keep_freed_memory() {
  constexpr int plenty = 1 << 30;
  ::mallopt(M_MMAP_THRESHOLD, plenty);
  ::mallopt(M_TRIM_THRESHOLD, plenty);
}

Json library_info() {
  return {{"windhover", {{"instruction_set", kernels::current_target()}}},
          {"eigen", eigen_info()},
          {"libtorch",
           {{"version", TORCH_VERSION},
            {"instruction_set", torch_instruction_set()},
            {"blas", blas_file()},
            {"blas_processor", blas_processor()}}}};
}

}  // namespace windhover::peers
