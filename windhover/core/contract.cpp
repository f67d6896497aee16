#include "windhover/core/contract.hpp"

#include <cstdio>
#include <cstdlib>

namespace windhover {

void contract_violation(const char* expression, const std::string& values, const char* file, int line) {
  const auto text = fmt::format("windhover: broken contract: {}{}{} at {}:{}\n", expression,
                                values.empty() ? "" : ": ", values, file, line);
  std::fputs(text.c_str(), stderr);  // fmt::print would throw where it cannot be written
  std::abort();
}

}  // namespace windhover
