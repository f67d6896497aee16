#include "windhover/record/level.hpp"

#include <algorithm>

#include "windhover/core/contract.hpp"

namespace windhover::record {

bool Level::is_form(const Json& form) {
  if (form.is_array()) return std::ranges::all_of(form, is_form);
  return form.is_boolean() || form.is_number() || form.is_string();
}

Level Level::of(Json form) {
  WINDHOVER_CHECK(is_form(form));
  Level level;
  level.form_ = std::move(form);
  return level;
}

std::string Level::text() const {
  return is_text() ? form_.get<std::string>() : form_.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace windhover::record
