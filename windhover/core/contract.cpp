#include "windhover/core/contract.hpp"

#include <cstdio>
#include <cstdlib>

namespace windhover {

void contract_violation(const char* expression, const std::string& values, const char* file, int line) {
  fmt::print(stderr, "windhover: broken contract: {}{}{} at {}:{}\n", expression, values.empty() ? "" : ": ",
             values, file, line);
  std::abort();
}

}  // namespace windhover
