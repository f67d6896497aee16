#pragma once

#include <memory>

#include "windhover/core/result.hpp"
#include "windhover/ranks/transport.hpp"

/// The processes that mpirun starts together. There are two sources for this header: mpi_transport.cpp has
/// all of the program that knows MPI, and no_transport.cpp stands in its place in a build without.
namespace windhover::app {

/// This process among those that Open MPI's mpirun started; alone if there was none.
struct World {
  int rank = 0;
  int size = 1;
};
[[nodiscard]] World world();

class RankTransport : public ranks::Transport {
 public:
  /// Ends every rank at once, this one too: for where one of them does not answer.
  virtual void abort(int exit_code) = 0;
};

/// Meets the other ranks. Its end waits until they end theirs. Error (usage): a build without MPI.
[[nodiscard]] Result<std::unique_ptr<RankTransport>> connect_ranks();

}  // namespace windhover::app
