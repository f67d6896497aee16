#include "windhover/record/object_reader.hpp"

#include <utility>

namespace windhover::record {

ObjectReader::ObjectReader(const Json& json, std::string place) : json_(json), place_(std::move(place)) {
  if (!json.is_object()) error_.keep(place_ + ": an object is expected");
}

void ObjectReader::refuse(std::string_view key, std::string_view reason) {
  error_.keep(fmt::format("{}: '{}' {}", place_, key, reason));
}

const Json* ObjectReader::find(std::string_view key) {
  if (error_.any()) return nullptr;
  const auto found = json_.find(key);
  if (found != json_.end()) return &*found;
  refuse(key, "is missing");
  return nullptr;
}

void ObjectReader::read(std::string_view key, std::string& value) {
  const Json* json = find(key);
  if (json == nullptr) return;
  if (!json->is_string()) return refuse(key, "must be a text");
  value = json->get<std::string>();
}

const Json* ObjectReader::array(std::string_view key) {
  const Json* json = find(key);
  if (json == nullptr || json->is_array()) return json;
  refuse(key, "must be a list");
  return nullptr;
}

Result<std::vector<std::string>> read_texts(const Json& array, const std::string& place) {
  std::vector<std::string> texts;
  for (const auto& item : array) {
    if (!item.is_string()) return failure(place + ": a list of texts is expected");
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

Result<std::vector<std::uint64_t>> read_seeds(const Json& array, const std::string& place) {
  std::vector<std::uint64_t> seeds;
  for (const auto& item : array) {
    if (!item.is_number_integer() ||
        (item.is_number_integer() && !item.is_number_unsigned() && item.get<std::int64_t>() < 0)) {
      return failure(place + ": a list of whole numbers from 0 is expected");
    }
    seeds.push_back(item.get<std::uint64_t>());
  }
  return seeds;
}

}  // namespace windhover::record
