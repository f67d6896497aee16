#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace windhover::stats::testing {

/// A share of simulated samples must lie in [least, most]; it is printed, for the table in
/// docs/statistics.md.
inline void expect_share(const char* what, int hits, int samples, double least, double most) {
  const double share = static_cast<double>(hits) / samples;
  fmt::print("{:<66} {:.4f}  in [{:.3f}, {:.3f}]  {} samples\n", what, share, least, most, samples);
  EXPECT_GE(share, least) << what;
  EXPECT_LE(share, most) << what;
}

}  // namespace windhover::stats::testing
