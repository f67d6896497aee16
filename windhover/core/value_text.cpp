#include "windhover/core/value_text.hpp"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace windhover {
namespace {

using Json = nlohmann::json;

std::string scalar_text(const Json& value) {
  const bool is_finite = !value.is_number_float() || std::isfinite(value.get<double>());
  return is_finite ? value.dump(-1, ' ', false, Json::error_handler_t::replace)
                   : number_text(value.get<double>());
}

}  // namespace

std::string number_text(double number) {
  const bool is_single = std::abs(number) < 1 && static_cast<double>(static_cast<float>(number)) == number;
  return is_single ? fmt::format("{}", static_cast<float>(number)) : fmt::format("{}", number);
}

std::string value_text(const Json& value) {
  if (!value.is_structured()) return scalar_text(value);
  std::string text;
  for (const auto& [key, element] : value.items()) {
    if (!text.empty()) text += ',';
    if (value.is_object()) text += scalar_text(key) + ':';
    text += value_text(element);
  }
  return value.is_object() ? '{' + text + '}' : '[' + text + ']';
}

}  // namespace windhover
