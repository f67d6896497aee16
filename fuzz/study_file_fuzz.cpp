#include <cstddef>
#include <cstdint>
#include <string_view>

#include "windhover/study/plan.hpp"

/// Any text gives a plan or an error, never a crash.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto document = windhover::study::Document::parse(text, "fuzz.toml");
  if (document) static_cast<void>(windhover::study::make_plan(*document, false));
  return 0;
}
