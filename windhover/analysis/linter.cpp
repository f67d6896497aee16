#include "windhover/analysis/linter.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace windhover::analysis {
namespace {

constexpr std::array forbidden_phrases = {
    std::string_view("of the gap is explained"), std::string_view("of the gap explained"),
    std::string_view("explains the gap"), std::string_view("% of the gap"),
    std::string_view("percent of the gap")};
constexpr std::size_t rows_for_a_bound = 59;

class Linter {
 public:
  Linter(std::size_t seeds, std::size_t replicate_seeds) : seeds_(seeds), replicate_seeds_(replicate_seeds) {}

  [[nodiscard]] Result<void> visit(const Json& json, const std::string& place) const {
    if (json.is_string()) return check_text(json.get<std::string>(), place);
    if (json.is_array()) {
      for (std::size_t i = 0; i < json.size(); ++i) {
        WINDHOVER_RETURN_IF_ERROR(visit(json[i], fmt::format("{}[{}]", place, i)));
      }
    }
    if (!json.is_object()) return {};
    WINDHOVER_RETURN_IF_ERROR(check_ratio(json, place));
    WINDHOVER_RETURN_IF_ERROR(check_worst(json, place));
    WINDHOVER_RETURN_IF_ERROR(check_unit(json, place));
    for (const auto& [key, value] : json.items()) {
      if (is_quotation(key, place)) continue;
      WINDHOVER_RETURN_IF_ERROR(visit(value, place.empty() ? key : place + "." + key));
    }
    return {};
  }

 private:
  static bool is_quotation(const std::string& key, const std::string& place) {
    return (key == "claim" && place.starts_with("claims.claims[")) ||
           (key == "text" && place.starts_with("claims.declared["));
  }

  static Result<void> check_text(const std::string& text, const std::string& place) {
    for (const auto phrase : forbidden_phrases) {
      if (text.find(phrase) == std::string::npos) continue;
      return failure(
          fmt::format("{}: '{}' is refused: parts of a difference need not add up to it", place, phrase));
    }
    return {};
  }

  static Result<void> check_ratio(const Json& json, const std::string& place) {
    if (!json.contains("unbounded") || json["unbounded"] != true || !json.contains("percent_ci95")) return {};
    if (json["percent_ci95"].is_null()) return {};
    return failure(place + ": a ratio whose denominator's interval covers 0 has no interval");
  }

  static Result<void> check_worst(const Json& json, const std::string& place) {
    if (!json.contains("worst") || !json.contains("rows") || !json["rows"].is_number_unsigned()) return {};
    if (json["worst"].is_null() || json["rows"].get<std::size_t>() >= rows_for_a_bound) return {};
    if (json.contains("worst_caveat") && json["worst_caveat"].is_string() && json["worst_caveat"] != "")
      return {};
    return failure(
        fmt::format("{}: a worst case from fewer than {} rows needs its caveat", place, rows_for_a_bound));
  }

  [[nodiscard]] Result<void> check_unit(const Json& json, const std::string& place) const {
    if (!json.contains("p_value") || json["p_value"].is_null()) return {};
    if (json.contains("n_seeds") && rests_on_seeds(json["n_seeds"], place)) return {};
    return failure(fmt::format("{}: a p-value must rest on seeds, of which the study has {}", place, seeds_));
  }

  /// A count of the study's seeds; in the noise floor two, the replicate's and the study's.
  [[nodiscard]] bool rests_on_seeds(const Json& count, const std::string& place) const {
    const auto fits = [](const Json& number, std::size_t most) {
      return number.is_number_unsigned() && number.get<std::size_t>() <= most;
    };
    if (!place.starts_with("noise_floor.")) return fits(count, seeds_);
    return count.is_array() && count.size() == 2 && fits(count[0], replicate_seeds_) &&
           fits(count[1], seeds_);
  }

  std::size_t seeds_;
  std::size_t replicate_seeds_;
};

}  // namespace

Result<void> lint(const Json& results) {
  const auto seeds = results.is_object() ? results.find("seeds") : results.end();
  if (!results.is_object() || seeds == results.end() || !seeds->is_array()) {
    return failure("the results must be an object with the list 'seeds'");
  }
  const auto floor = results.find("noise_floor");
  const bool has_floor = floor != results.end() && floor->is_object() && floor->contains("seeds");
  return Linter(seeds->size(), has_floor ? (*floor)["seeds"].size() : 0).visit(results, "");
}

}  // namespace windhover::analysis
