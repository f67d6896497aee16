#include "windhover/study/evaluation_plan.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "windhover/core/json_leaves.hpp"
#include "windhover/core/json_text.hpp"
#include "windhover/core/value_text.hpp"
#include "windhover/study/table_reader.hpp"

namespace windhover::study {
namespace {

constexpr std::uint64_t default_evaluation_seed = 42;

/// What settles an evaluation, beside the seed and the environment's fields.
constexpr std::array<std::string_view, 5> keys_of_evaluation = {
    "environment", "profile", "training.workers", "evaluation.velocities", "evaluation.episodes"};

constexpr const char* fields_table = "environment_fields";

std::string field_key(const std::string& name) { return fmt::format("{}.{}", fields_table, name); }

bool plays_a_part(std::string_view key) {
  return key.starts_with(std::string(fields_table) + ".") ||
         std::ranges::find(keys_of_evaluation, key) != keys_of_evaluation.end();
}

/// Error: a key that a study file does not have, or one that an evaluation has no use for. `completed` has
/// the environment that hints are about.
Result<void> check_keys(const Document& given, const Document& completed) {
  TableReader top(completed, "");
  for (const char* key : basis_keys) top.expect(key);
  for (const char* key : settings_tables) top.expect(key);
  for (const char* key : declaration_tables) top.expect(key);
  for (const char* key : {"name", "design", "seeds", "arms"}) top.expect(key);
  WINDHOVER_RETURN_IF_ERROR(top.refuse_unknown());
  for (const auto& [key, value] : json_leaves(*given.find(""))) {
    if (plays_a_part(key)) continue;
    return usage_error(
        fmt::format("{}: '{}' plays no part in an evaluation; environment, profile, environment_fields, "
                    "training.workers, evaluation.velocities and evaluation.episodes do{}",
                    given.place(key), key, key == "seeds" ? ", and the seed is given by --seed" : ""));
  }
  return {};
}

/// Whether the request leaves the own value of a key as it is, or the model has none.
bool keeps(const Document& given, const Document& own, std::string_view key) {
  const Json* wanted = given.find(key);
  const Json* had = own.find(key);
  return wanted == nullptr || had == nullptr || *wanted == *had;
}

bool keeps_environment(const Document& given, const Document& own) {
  return keeps(given, own, "environment");
}

/// Whether the own value of a key counts unless the request gives one.
bool is_inherited(const Document& given, const Document& own, std::string_view key) {
  if (key.starts_with(fields_table)) return keeps_environment(given, own) && keeps(given, own, "profile");
  if (key == "profile" || key == "evaluation.velocities") return keeps_environment(given, own);
  return true;
}

/// The own names of the environment's fields.
std::vector<std::string> own_fields(const Document& own) {
  std::vector<std::string> names;
  const Json* table = own.find(fields_table);
  if (table == nullptr || !table->is_object()) return names;
  for (const auto& [name, value] : table->items()) names.push_back(name);
  return names;
}

/// The request with what it does not give from the model's own.
Document completed(const Document& given, const Document& own) {
  Document document = given;
  const auto inherit = [&](std::string_view key) {
    const Json* value = own.find(key);
    if (value == nullptr || !is_inherited(given, own, key)) return;
    if (!given.contains(key) && !given.overridden(key)) document.assign(key, *value, own.origin());
  };
  for (const auto key : keys_of_evaluation) inherit(key);
  for (const auto& name : own_fields(own)) inherit(field_key(name));
  return document;
}

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return number_text(value.get<double>());
  if (!value.is_array()) return value_text(value);
  std::vector<std::string> elements;
  for (const Json& element : value) elements.push_back(text_of(element));
  return fmt::format("{}", fmt::join(elements, ", "));
}

/// "sound with cloud_units = 200": the profile, and the fields that are not as it has them.
std::string profile_text(const EvaluationPlan& plan) {
  std::vector<std::string> other;
  const auto plain = plan.basis.environment->configure(plan.basis.profile, Json::object());
  for (const auto& [name, value] : plan.environment.json().items()) {
    if (plain && plain->json()[name] != value) other.push_back(fmt::format("{} = {}", name, text_of(value)));
  }
  if (other.empty()) return plan.basis.profile;
  return fmt::format("{} with {}", plan.basis.profile, fmt::join(other, ", "));
}

std::string whole_text(const EvaluationPlan& plan) {
  const auto& condition = plan.basis.environment->condition;
  return fmt::format("environment {}, profile {}, {} workers, {} {}, {} episodes, seed {}",
                     plan.basis.environment->name, profile_text(plan), plan.workers,
                     condition ? condition->name : "condition", text_of(plan.evaluation.velocities),
                     plan.evaluation.episodes, plan.seed);
}

/// What the model says nothing of, although its word would count, and nobody else gives.
std::vector<std::string> missing_keys(const EvaluationPlan& plan, const Document& given,
                                      const Document& own) {
  std::vector<std::string> all(keys_of_evaluation.begin(), keys_of_evaluation.end());
  for (const auto& name : plan.basis.environment->field_names) all.push_back(field_key(name));
  std::erase_if(all, [&](const std::string& key) {
    return own.contains(key) || given.contains(key) || !is_inherited(given, own, key);
  });
  return all;
}

/// "; left out with it: cloud_units", of a request for another environment or profile.
std::string left_out(const Document& own, std::string_view key) {
  std::vector<std::string> names;
  for (const std::string_view dependent : {"profile", "evaluation.velocities", fields_table}) {
    const bool follows = key == "environment" || (key == "profile" && dependent == fields_table);
    if (follows && own.contains(dependent)) names.emplace_back(dependent);
  }
  if (names.empty()) return "";
  return fmt::format("; left out with it: the model's {}", fmt::join(names, ", "));
}

/// How the command line gave a key: "--velocities 5", "--set environment_fields.cloud_units=300".
std::string giving_of(const Document& given, const std::string& key, const Json& value) {
  const std::string place = given.place(key);
  const std::string option = place.substr(0, place.rfind(": ["));  // without the table
  return given.overridden(key) ? option : fmt::format("{} {}", option, text_of(value));
}

/// A line for each key that the request changes.
std::vector<std::string> changes_of(const EvaluationRequest& request, const Document& own) {
  const Document& given = request.keys;
  std::vector<std::string> lines;
  const auto add = [&](const std::string& giving, const Json& had, const std::string& more) {
    lines.push_back(fmt::format("{}: the model's own {} {}{}", giving, had.is_array() ? "are" : "is",
                                text_of(had), more));
  };
  for (const auto& [key, value] : json_leaves(*given.find(""))) {
    const Json* had = own.find(key);
    if (had != nullptr && *had != value && is_inherited(given, own, key))
      add(giving_of(given, key, value), *had, left_out(own, key));
  }
  const Json* seed = own.find("seed");
  if (request.seed && seed != nullptr && *seed != *request.seed)
    add(fmt::format("--seed {}", *request.seed), *seed, "");
  return lines;
}

}  // namespace

rl::EvaluationSetup EvaluationPlan::setup() const {
  return {.environment = basis.environment->name,
          .environment_config = environment,
          .seed = seed,
          .conditions = evaluation.velocities,
          .episodes = evaluation.episodes,
          .members = basis.environment->evaluation_members(environment, workers)};
}

Result<Document> origin_of(const nn::Metadata& metadata, const std::string& file) {
  auto own = Document::parse("", file);
  if (!own) return own;
  const auto found = metadata.find("config");
  if (found == metadata.end()) return own;
  const auto config = parse_json(found->second);
  if (!config) return in_context(file + ": the metadata's 'config'", config.error());
  if (!config->is_object()) return failure(file + ": the metadata's 'config' is not an object");
  for (const auto& [key, value] : config->items()) own->assign(key, value, file);
  return own;
}

Result<std::uint64_t> seed_of(std::optional<std::uint64_t> requested, const Document& own) {
  if (requested) return *requested;
  std::uint64_t seed = default_evaluation_seed;
  TableReader reader(own, "");
  WINDHOVER_RETURN_IF_ERROR(reader.integer("seed", seed, 0, largest_seed));
  return seed;
}

Result<EvaluationPlan> plan_evaluation(const EvaluationRequest& request, const Document& own) {
  const Document document = completed(request.keys, own);
  auto basis = read_basis(document);
  if (!basis) return Failure(basis.error());
  auto settings = read_settings(document, *basis);
  if (!settings) return Failure(settings.error());
  WINDHOVER_RETURN_IF_ERROR(check_keys(request.keys, document));
  const auto seed = seed_of(request.seed, own);
  if (!seed) return Failure(seed.error());
  return EvaluationPlan{.basis = *std::move(basis),
                        .environment = std::move(settings->environment),
                        .workers = settings->training.workers,
                        .evaluation = std::move(settings->evaluation),
                        .seed = *seed};
}

std::vector<std::string> sources_of(const EvaluationPlan& plan, const EvaluationRequest& request,
                                    const Document& own) {
  if (own.find("")->empty()) {
    return {fmt::format("{} says nothing of the run that made it; assumed where not given: {}", own.origin(),
                        whole_text(plan))};
  }
  std::vector<std::string> changes = changes_of(request, own);
  std::vector<std::string> lines = {fmt::format("{}: as in its run{}: {}", own.origin(),
                                                changes.empty() ? "" : ", but for the changes below",
                                                whole_text(plan))};
  if (const auto missing = missing_keys(plan, request.keys, own); !missing.empty())
    lines.push_back(fmt::format("it says nothing of {}: as by default", fmt::join(missing, ", ")));
  lines.insert(lines.end(), changes.begin(), changes.end());
  return lines;
}

}  // namespace windhover::study
