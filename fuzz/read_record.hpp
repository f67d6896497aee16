#pragma once

#include <cstddef>
#include <span>

namespace windhover::fuzz {

/// The files of a study's record, one behind the other, each after a line "=== NAME" with a path in the
/// folder; they are read, analysed and reported as by `windhover report`, but no page is written.
void read_record(std::span<const std::byte> bytes);

/// results.json, rendered to every kind of page; a comparison, if its schema says so.
void read_results(std::span<const std::byte> bytes);

}  // namespace windhover::fuzz
