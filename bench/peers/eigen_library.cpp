#include "bench/peers/libraries.hpp"
#include <Eigen/Core>
#include <fmt/format.h>

namespace windhover::peers {

Json eigen_info() {
  return {{"version", fmt::format("{}.{}.{}", EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION)},
          {"instruction_set", Eigen::SimdInstructionSetsInUse()}};
}

}  // namespace windhover::peers
