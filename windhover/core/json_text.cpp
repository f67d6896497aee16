#include "windhover/core/json_text.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

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

/// Finds the first key that an object has twice: which of the two values counts would be each reader's own
/// choice. Stops there, and where the text is not JSON.
class RepeatedKey final : public nlohmann::json_sax<Json> {
 public:
  [[nodiscard]] const std::optional<std::string>& found() const { return found_; }

  bool start_object(std::size_t /*elements*/) override {
    open_.emplace_back();
    return true;
  }
  bool key(std::string& name) override {
    if (!open_.back().insert(name).second) found_ = name;
    return !found_.has_value();
  }
  bool end_object() override {
    open_.pop_back();
    return true;
  }

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(std::int64_t /*value*/) override { return true; }
  bool number_unsigned(std::uint64_t /*value*/) override { return true; }
  bool number_float(double /*value*/, const std::string& /*text*/) override { return true; }
  bool string(std::string& /*value*/) override { return true; }
  bool binary(Json::binary_t& /*value*/) override { return true; }
  bool start_array(std::size_t /*elements*/) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const Json::exception& /*error*/) override {
    return false;
  }

 private:
  std::vector<std::set<std::string>> open_;  ///< keys of each object that is not closed yet
  std::optional<std::string> found_;
};

}  // namespace

Result<Json> parse_json(std::string_view text) {
  if (nests_too_deep(text)) return failure(fmt::format("nested deeper than {} levels", deepest_json));
  RepeatedKey repeated;
  if (!Json::sax_parse(text, &repeated) && repeated.found())
    return failure(fmt::format("the key '{}' is there twice", *repeated.found()));
  try {
    return Json::parse(text);
  } catch (const Json::exception& error) {
    return failure(error.what());
  }
}

}  // namespace windhover
