#include "windhover/record/provenance.hpp"

#include <gtest/gtest.h>

namespace windhover::record {
namespace {

const Build release{.version = "0.2.0",
                    .revision = "6565713",
                    .sources = "3fa2b1c9d012",
                    .compiler = "gcc 12.2.0",
                    .type = "release",
                    .flags = "-O2",
                    .instruction_set = "AVX2"};

TEST(Provenance, OfABuildIsToldInALine) {
  EXPECT_EQ(build_text(release), "0.2.0 (revision 6565713, gcc 12.2.0, release)");
  Build build = release;
  build.modified = true;
  EXPECT_EQ(build_text(build),
            "0.2.0 (revision 6565713 modified, sources 3fa2b1c9d012, gcc 12.2.0, release)");
  build.revision.clear();
  EXPECT_EQ(build_text(build), "0.2.0 (sources 3fa2b1c9d012, gcc 12.2.0, release)");
}

/// Sources, compiler and flags make a program; not the name of the revision, nor the processor at hand.
TEST(Provenance, TellsProgramsApart) {
  const auto is_same_with = [](const auto& change) {
    Build build = release;
    change(build);
    return is_same_program(release, build);
  };
  EXPECT_TRUE(is_same_with([](Build& build) { build.revision = "0000000"; }));
  EXPECT_TRUE(is_same_with([](Build& build) { build.instruction_set = "AVX3"; }));
  EXPECT_FALSE(is_same_with([](Build& build) { build.version = "0.2.1"; }));
  EXPECT_FALSE(is_same_with([](Build& build) { build.sources = "000000000000"; }));
  EXPECT_FALSE(is_same_with([](Build& build) { build.compiler = "clang 14.0.6"; }));
  EXPECT_FALSE(is_same_with([](Build& build) { build.type = "debug"; }));
  EXPECT_FALSE(is_same_with([](Build& build) { build.flags = "-O3"; }));
}

}  // namespace
}  // namespace windhover::record
