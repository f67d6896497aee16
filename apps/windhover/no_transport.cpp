#include "apps/windhover/rank_transport.hpp"
#include <fmt/format.h>

namespace windhover::app {

Result<std::unique_ptr<RankTransport>> connect_ranks() {
  return usage_error(fmt::format(
      "mpirun started {} processes of a program that was built without MPI, which would be as many "
      "studies in one folder; './dev build --mpi' builds build/release-mpi/bin/windhover, and "
      "installs the Debian packages libopenmpi-dev and openmpi-bin for it",
      world().size));
}

}  // namespace windhover::app
