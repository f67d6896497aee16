#include "windhover/record/claim.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "windhover/core/first_error.hpp"
#include "windhover/core/nearest.hpp"
#include "windhover/core/value_text.hpp"

namespace windhover::record {
namespace {

const std::vector<std::string> metric_names = {"mean", "cv", "gap", "collapse", "worst_condition"};
const std::vector<std::string> side_names = {"larger", "smaller", "none"};
const std::vector<std::string> policy_names = {"greedy", "sampled"};
const std::vector<std::string> claim_keys = {"id",       "text",     "metric", "arm",         "policy",
                                             "cell",     "contrast", "effect", "noise_floor", "direction",
                                             "at_least", "at_most",  "within"};

/// Reads the keys of one claim. The first thing wrong is kept.
class ClaimReader {
 public:
  explicit ClaimReader(const Json& table) : table_(table) {}

  Result<Claim> read() {
    if (!table_.is_object()) return usage_error("a claim must be a table, but is " + value_text(table_));
    refuse_unknown();
    read_text("id", claim_.id);
    if (claim_.id.empty()) refuse("'id' is missing");
    read_text("text", claim_.text);
    read_text("arm", claim_.arm);
    claim_.metric = static_cast<ClaimMetric>(choice("metric", metric_names));
    if (has("policy")) claim_.policy = policy_names[choice("policy", policy_names)];
    read_quantity();
    read_side();
    check_metric();
    check_sums();
    WINDHOVER_RETURN_IF_ERROR(error_.status());
    return claim_;
  }

 private:
  void refuse(std::string message) { error_.keep(std::move(message)); }

  [[nodiscard]] bool has(const char* key) const { return table_.contains(key); }

  void refuse_unknown() {
    for (const auto& [name, value] : table_.items()) {
      if (std::ranges::find(claim_keys, name) != claim_keys.end()) continue;
      refuse(fmt::format("unknown key '{}'{}", name, suggestion(name, claim_keys)));
    }
  }

  void read_text(const char* key, std::string& target) {
    if (!has(key)) return;
    if (table_[key].is_string() && !table_[key].get_ref<const std::string&>().empty()) {
      target = table_[key].get<std::string>();
    } else {
      refuse(fmt::format("'{}' must be a text in quotes, but is {}", key, value_text(table_[key])));
    }
  }

  /// The number of the word among `choices`, of the first if the key is not there.
  std::size_t choice(const char* key, const std::vector<std::string>& choices) {
    std::string word = choices.front();
    read_text(key, word);
    const auto found = std::ranges::find(choices, word);
    if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
    refuse(fmt::format("'{}' is \"{}\", but must be one of: {}", key, word, fmt::join(choices, ", ")));
    return 0;
  }

  /// The one key of several that is there; null if there is none or more.
  const char* only_one(std::initializer_list<const char*> keys) {
    std::vector<const char*> given;
    std::ranges::copy_if(keys, std::back_inserter(given), [&](const char* key) { return has(key); });
    if (given.size() == 1) return given.front();
    refuse(fmt::format("needs exactly one of {}, but has {}", fmt::join(keys, ", "),
                       given.empty() ? "none" : fmt::format("{}", fmt::join(given, " and "))));
    return nullptr;
  }

  void read_quantity() {
    const char* key = only_one({"cell", "contrast", "effect", "noise_floor"});
    if (key == nullptr) return;
    if (key == std::string_view("cell")) {
      std::string cell;
      read_text(key, cell);
      claim_.contrasts = {{{.cell = cell}}};
    } else if (key == std::string_view("contrast")) {
      const Json list = table_[key].is_array() ? table_[key] : Json::array({table_[key]});
      if (list.empty()) refuse("'contrast' is empty");
      for (const Json& contrast : list) read_contrast(contrast);
    } else if (key == std::string_view("effect")) {
      const Json list = table_[key].is_array() ? table_[key] : Json::array({table_[key]});
      read_effect(list);
    } else {
      if (table_[key] != true)
        refuse(fmt::format("'noise_floor' must be true, but is {}", value_text(table_[key])));
      claim_.noise_floor = true;
    }
  }

  void read_contrast(const Json& contrast) {
    std::vector<CellTerm> terms;
    if (!contrast.is_object() || contrast.empty()) {
      return refuse(
          fmt::format("'contrast' must be a table of cells with coefficients, such as "
                      "{{ \"gru+ln\" = 1, \"gru\" = -1 }}, but is {}",
                      value_text(contrast)));
    }
    for (const auto& [cell, coefficient] : contrast.items()) {
      const double value = coefficient.is_number() ? coefficient.get<double>() : std::nan("");
      if (!std::isfinite(value) || value == 0) {
        return refuse(fmt::format(
            "'contrast' must give cell '{}' a number other than 0, and a finite one, but gives {}", cell,
            value_text(coefficient)));
      }
      terms.push_back({.cell = cell, .coefficient = value});
    }
    claim_.contrasts.push_back(std::move(terms));
  }

  void read_effect(const Json& list) {
    std::set<std::string> names;
    for (const Json& name : list) {
      if (!name.is_string()) return refuse("'effect' must name factors, but holds " + value_text(name));
      claim_.effect.push_back(name.get<std::string>());
      names.insert(claim_.effect.back());
    }
    if (names.size() == claim_.effect.size() && (names.size() == 1 || names.size() == 2)) return;
    refuse("'effect' must name one factor, or the two of an interaction, but is " + value_text(list));
  }

  void read_side() {
    const char* key = only_one({"direction", "at_least", "at_most"});
    if (key == nullptr) return;
    if (key == std::string_view("direction")) {
      claim_.side = static_cast<ClaimSide>(choice(key, side_names));
    } else {
      claim_.side = key == std::string_view("at_least") ? ClaimSide::larger : ClaimSide::smaller;
      read_bound(key);
    }
    if (!has("within")) return;
    if (claim_.side != ClaimSide::none) refuse("'within' needs direction = \"none\"");
    read_bound("within");
    if (claim_.bound && !(*claim_.bound > 0))
      refuse(fmt::format("'within' is {}, but must be above 0", *claim_.bound));
  }

  void read_bound(const char* key) {
    const double value = table_[key].is_number() ? table_[key].get<double>() : std::nan("");
    if (!std::isfinite(value))
      return refuse(
          fmt::format("'{}' must be a number, and a finite one, but is {}", key, value_text(table_[key])));
    claim_.bound = value;
  }

  void check_metric() {
    if (claim_.metric == ClaimMetric::gap && !claim_.arm.empty())
      refuse("'arm' has no place beside metric = \"gap\", which compares two arms");
    if (claim_.metric == ClaimMetric::collapse && claim_.policy == "sampled")
      refuse("'policy' is \"sampled\", but a collapse shows in greedy actions only");
    if (claim_.metric == ClaimMetric::cv && claim_.noise_floor)
      refuse("'metric' is \"cv\", of which the noise floor has no test");
  }

  /// Cells that are weighed against each other, or one against a bound; a score is always above 0 or not.
  void check_sums() {
    if (claim_.bound || claim_.metric == ClaimMetric::gap) return;
    for (const auto& contrast : claim_.contrasts) {
      double sum = 0;
      double largest = 0;
      for (const auto& term : contrast) {
        sum += term.coefficient;
        largest = std::max(largest, std::abs(term.coefficient));
      }
      if (std::abs(sum) <= 1e-9 * largest) continue;
      refuse(
          fmt::format("the coefficients sum to {}: without a bound (at_least, at_most, within) they must sum "
                      "to 0",
                      sum));
    }
  }

  const Json& table_;
  Claim claim_;
  FirstError error_{ErrorKind::usage};
};

Json contrast_json(const std::vector<CellTerm>& contrast) {
  Json json = Json::object();
  for (const auto& term : contrast) json[term.cell] = term.coefficient;
  return json;
}

}  // namespace

std::string name_of(ClaimMetric metric) { return metric_names[static_cast<std::size_t>(metric)]; }

Result<Claim> parse_claim(const Json& table) { return ClaimReader(table).read(); }

Json to_json(const Claim& claim) {
  Json json = {{"id", claim.id}, {"metric", name_of(claim.metric)}};
  if (!claim.text.empty()) json["text"] = claim.text;
  if (!claim.arm.empty()) json["arm"] = claim.arm;
  if (!claim.policy.empty()) json["policy"] = claim.policy;
  if (claim.noise_floor) {
    json["noise_floor"] = true;
  } else if (!claim.effect.empty()) {
    json["effect"] = claim.effect;
  } else {
    json["contrast"] = Json::array();
    for (const auto& contrast : claim.contrasts) json["contrast"].push_back(contrast_json(contrast));
  }
  if (claim.side == ClaimSide::none || !claim.bound) {
    json["direction"] = side_names[static_cast<std::size_t>(claim.side)];
    if (claim.bound) json["within"] = *claim.bound;
  } else {
    json[claim.side == ClaimSide::larger ? "at_least" : "at_most"] = *claim.bound;
  }
  return json;
}

}  // namespace windhover::record
