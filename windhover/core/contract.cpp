#include "windhover/core/contract.hpp"

#include <cstdio>
#include <cstdlib>

namespace windhover {

void contract_violation(const char* expression, const std::string& values, std::source_location where) {
  fmt::print(stderr, "windhover: broken contract: {}{}{} at {}:{} in {}\n", expression,
             values.empty() ? "" : ": ", values, where.file_name(), where.line(), where.function_name());
  std::abort();
}

}  // namespace windhover
