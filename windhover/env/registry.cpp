#include "windhover/env/registry.hpp"

#include <fmt/format.h>

#include "windhover/core/nearest.hpp"
#include "windhover/env/describe.hpp"
#include "windhover/env/registered.hpp"

namespace windhover::env {
namespace {

template <class... Environments>
std::vector<Description> describe_all(EnvironmentList<Environments...> /*list*/) {
  return {describe<Environments>()...};
}

}  // namespace

const std::vector<Description>& registry() {
  static const std::vector<Description> all = describe_all(RegisteredEnvironments{});
  return all;
}

Result<const Description*> find(std::string_view name) {
  std::vector<std::string> names;
  for (const Description& entry : registry()) {
    if (entry.name == name) return &entry;
    names.push_back(entry.name);
  }
  return usage_error(fmt::format("unknown environment '{}'{}", name, suggestion(name, names)));
}

}  // namespace windhover::env
