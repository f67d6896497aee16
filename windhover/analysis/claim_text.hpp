#pragma once

#include <string>

#include "windhover/record/claim.hpp"

namespace windhover::analysis {

/// What is tested, in words: "A3C's mean in gru+ln is larger than in gru and in mlp." Empty for a claim that
/// nothing tests.
[[nodiscard]] std::string tested_text(const record::Claim& claim);

}  // namespace windhover::analysis
