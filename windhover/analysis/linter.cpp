#include "windhover/analysis/linter.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "windhover/analysis/inference.hpp"
#include "windhover/stats/tail.hpp"

namespace windhover::analysis {
namespace {

constexpr std::array forbidden_phrases = {
    std::string_view("of the gap is explained"), std::string_view("of the gap explained"),
    std::string_view("explains the gap"),        std::string_view("% of the gap"),
    std::string_view("percent of the gap"),      std::string_view("per cent of the gap")};

constexpr std::array p_value_keys = {"p_value", "holm_p", "bh_p", "sign_flip_p"};

/// In small letters with single blanks, so that a phrase is found however it is set.
std::string plain_text(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto letter = static_cast<unsigned char>(text[i]);
    const bool no_break = letter == 0xC2 && i + 1 < text.size() && text[i + 1] == '\xA0';
    if (no_break) ++i;
    if (!no_break && std::isspace(letter) == 0) {
      plain += static_cast<char>(std::tolower(letter));
    } else if (!plain.empty() && plain.back() != ' ') {
      plain += ' ';
    }
  }
  return plain;
}

/// The text at `key`; empty if there is none.
std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

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
    WINDHOVER_RETURN_IF_ERROR(check_p_values(json, place));
    WINDHOVER_RETURN_IF_ERROR(check_interval(json, place));
    WINDHOVER_RETURN_IF_ERROR(check_cv(json, place));
    WINDHOVER_RETURN_IF_ERROR(check_named_entries(json, place));
    for (const auto& [key, value] : json.items()) {
      if (is_quotation(key, place)) continue;
      if (place.empty() && key == "environments") continue;  // each is checked as results of its own
      WINDHOVER_RETURN_IF_ERROR(visit(value, place.empty() ? key : fmt::format("{}.{}", place, key)));
    }
    return {};
  }

 private:
  static bool is_quotation(const std::string& key, const std::string& place) {
    return (key == "claim" && place.starts_with("claims.claims[")) ||
           (key == "text" && place.starts_with("claims.declared["));
  }

  static Result<void> check_text(const std::string& text, const std::string& place) {
    const std::string plain = plain_text(text);
    for (const auto phrase : forbidden_phrases) {
      if (plain.find(phrase) == std::string::npos) continue;
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
    if (!json.contains("worst") || !json.contains("seeds") || !json["seeds"].is_array()) return {};
    if (json["worst"].is_null() || json["seeds"].size() >= stats::fewest_for_minimum_bound) return {};
    if (!text_at(json, "worst_caveat").empty()) return {};
    return failure(fmt::format("{}: a worst case from fewer than {} seeds needs its caveat", place,
                               stats::fewest_for_minimum_bound));
  }

  [[nodiscard]] Result<void> check_p_values(const Json& json, const std::string& place) const {
    for (const char* key : p_value_keys) {
      if (!json.contains(key) || json[key].is_null()) continue;
      const double p = json[key].is_number() ? json[key].get<double>() : -1;
      if (!(p >= 0 && p <= 1)) return failure(fmt::format("{}: '{}' is no probability", place, key));
      WINDHOVER_RETURN_IF_ERROR(check_unit(json, place));
    }
    for (const char* key : {"holm_p", "bh_p"}) {
      if (!json.contains(key) || json[key].is_null()) continue;
      const bool below = !json.contains("p_value") || !json["p_value"].is_number() ||
                         json[key].get<double>() < json["p_value"].get<double>();
      if (below) return failure(fmt::format("{}: '{}' is below the p-value that it adjusts", place, key));
    }
    return {};
  }

  [[nodiscard]] Result<void> check_unit(const Json& json, const std::string& place) const {
    if (!rests_on_seeds(json, place)) {
      return failure(
          fmt::format("{}: a p-value must rest on seeds, of which the study has {}", place, seeds_));
    }
    if (seeds_of(json) == 1) return failure(place + ": one seed has no p-value");
    return {};
  }

  static Result<void> check_interval(const Json& json, const std::string& place) {
    if (!json.contains("ci95") || json["ci95"].is_null() || !json.contains("n_seeds")) return {};
    if (seeds_of(json) >= 2) return {};
    return failure(place + ": fewer than two seeds have no interval");
  }

  static Result<void> check_cv(const Json& json, const std::string& place) {
    if (!json.contains("cv") || !json["cv"].is_number() || !json.contains("mean")) return {};
    if (json["mean"].is_number() && json["mean"].get<double>() > 0) return {};
    return failure(place + ": a mean of 0 or below has no coefficient of variation");
  }

  /// Entries that are known by their name.
  static Result<void> check_named_entries(const Json& json, const std::string& place) {
    if (has_value(json, "iqm") && text_at(json["iqm"], "note").find("secondary") == std::string::npos)
      return failure(place + ".iqm: must say that it is secondary, since it trims failures away");
    if (has_value(json, "probability_of_improvement") &&
        !is_share(json["probability_of_improvement"]["value"])) {
      return failure(place + ".probability_of_improvement: is no probability");
    }
    if (json.contains("share_of_bound") && json["share_of_bound"].is_object()) {
      WINDHOVER_RETURN_IF_ERROR(check_share_of_bound(json["share_of_bound"], place + ".share_of_bound"));
    }
    for (const char* key : {"shares", "lower", "upper"}) {
      if (!json.contains("shares") || !json.contains(key) || !json[key].is_array()) continue;
      if (json[key].size() == json["shares"].size() && std::ranges::all_of(json[key], is_share)) continue;
      return failure(fmt::format("{}.{}: must hold one share a threshold", place, key));
    }
    return {};
  }

  /// A share of an upper bound is no share of anything explained, but it is an estimate.
  static Result<void> check_share_of_bound(const Json& json, const std::string& place) {
    Interval interval;
    const bool has_interval =
        json.contains("percent_ci95") && described::Leaf<Interval>::read(json["percent_ci95"], interval);
    if (!has_interval && text_at(json, "note").empty())
      return failure(place + ": needs its interval, or a note that says why there is none");
    if (has_interval && exceeds(interval.lower, 100))
      return failure(place + ": lies above 100 %, so that either the score or the upper bound is wrong");
    return {};
  }

  static bool is_share(const Json& json) {
    return json.is_number() && json.get<double>() >= 0 && json.get<double>() <= 1;
  }

  /// True for an entry {value, ...} at the key whose value is there.
  static bool has_value(const Json& json, const char* key) {
    return json.contains(key) && json[key].is_object() && json[key].contains("value") &&
           !json[key]["value"].is_null();
  }

  /// On how many seeds an entry rests, in the noise floor the smaller of the replicate's number and the
  /// study's; 0 if it does not say.
  static std::size_t seeds_of(const Json& json) {
    if (!json.contains("n_seeds")) return 0;
    const Json& count = json["n_seeds"];
    if (count.is_array() && count.size() == 2)
      return std::min(whole_number(count[0]), whole_number(count[1]));
    return whole_number(count);
  }

  static std::size_t whole_number(const Json& json) {
    return json.is_number_integer() && json.get<std::int64_t>() > 0 ? json.get<std::size_t>() : 0;
  }

  /// A count of the study's seeds; in the noise floor two, the replicate's and the study's.
  [[nodiscard]] bool rests_on_seeds(const Json& json, const std::string& place) const {
    if (seeds_of(json) == 0) return false;
    const Json& count = json["n_seeds"];
    if (!place.starts_with("noise_floor.")) return count.is_number() && whole_number(count) <= seeds_;
    return count.is_array() && whole_number(count[0]) <= replicate_seeds_ && whole_number(count[1]) <= seeds_;
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
  const auto parts = results.find("environments");
  if (parts != results.end() && parts->is_array()) {
    for (const auto& part : *parts) {
      if (!part.is_object() || !part.contains("results"))
        return failure("environments: a part has no results");
      if (const auto checked = lint(part["results"]); !checked)
        return in_context("environments", checked.error());
    }
  }
  return Linter(seeds->size(), has_floor ? (*floor)["seeds"].size() : 0).visit(results, "");
}

}  // namespace windhover::analysis
