#pragma once

#include <functional>
#include <stop_token>

#include "windhover/core/result.hpp"
#include "windhover/ranks/message.hpp"
#include "windhover/ranks/transport.hpp"

namespace windhover::ranks {

/// What a rank that carries runs out is started with.
struct WorkerOptions {
  int jobs = 1;
  Program program;
  record::Provenance provenance;  ///< of what is made here
  std::stop_token stop;           ///< requested by a signal to this rank, which stops the whole study
  std::function<int()> signal;    ///< which one
};

/// The life of a rank other than 0: waits for the study, carries out the runs that it is given, and sends
/// states and records to rank 0, until that says that it has come to an end; nothing is written here. Errors:
/// rank 0 is gone, or sends what is no message.
[[nodiscard]] Result<void> work_for_rank_0(Transport& transport, const WorkerOptions& options);

}  // namespace windhover::ranks
