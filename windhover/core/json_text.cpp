#include "windhover/core/json_text.hpp"

namespace windhover {
namespace {

bool nests_too_deep(std::string_view text) {
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char letter = text[i];
    if (in_text) {
      if (letter == '\\') ++i;
      if (letter == '"') in_text = false;
    } else if (letter == '"') {
      in_text = true;
    } else if (letter == '[' || letter == '{') {
      if (++depth > deepest_json) return true;
    } else if (letter == ']' || letter == '}') {
      --depth;
    }
  }
  return false;
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
  if (nests_too_deep(text)) return failure(fmt::format("nested deeper than {} levels", deepest_json));
  try {
    return Json::parse(text);
  } catch (const Json::exception& error) {
    return failure(error.what());
  }
}

}  // namespace windhover
