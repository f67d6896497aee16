#include "bench/peers/libraries.hpp"

#include <cstdlib>
#include <memory>

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <dlfcn.h>
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

Json library_info() {
  return {{"windhover", {{"instruction_set", kernels::current_target()}}},
          {"eigen", eigen_info()},
          {"libtorch",
           {{"version", TORCH_VERSION}, {"instruction_set", torch_instruction_set()}, {"blas", blas_file()}}}};
}

}  // namespace windhover::peers
