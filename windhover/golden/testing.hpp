#pragma once

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "windhover/core/fields.hpp"
#include "windhover/core/files.hpp"

/// What the tests of this folder share.
namespace windhover::golden::testing {

[[nodiscard]] inline std::filesystem::path folder() { return WINDHOVER_SOURCE_DIR "/tests/golden"; }

/// A golden file; null, and a failed test, if it can not be read.
[[nodiscard]] inline Json load(const std::string& name) {
  const auto text = read_file(folder() / name);
  EXPECT_TRUE(text.has_value()) << name;
  return Json::parse(text.value_or("null"));
}

}  // namespace windhover::golden::testing
