#pragma once

#include <string>

#include "windhover/core/result.hpp"
#include "windhover/record/record.hpp"

namespace windhover::study {

/// What keeps the digest of its done.json from being that of the run in `folder`, which is read with its
/// rows; empty if nothing does.
[[nodiscard]] std::string digest_fault(const Folder& folder, const record::Run& run);

/// record::read_study with every run's digest computed again from its models and evaluation rows: a run that
/// does not have the digest of its done.json is in `digest_faults`, and the record without a digest. Errors:
/// as there.
[[nodiscard]] Result<record::StudyRecord> read_checked_study(const Folder& out);

}  // namespace windhover::study
