#include "windhover/analysis/policies.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/study_facts.hpp"
#include "windhover/analysis/wording.hpp"
#include "windhover/core/mean_with_error.hpp"
#include "windhover/stats/ratio.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::analysis {
namespace {

bool is_score(const Json& entry) {
  return entry.is_object() && entry.contains("policy") && entry["policy"].is_string() &&
         entry.contains("mean") && entry["mean"].is_number();
}

double error_of(const Json& entry) {
  return entry.contains("standard_error") ? number_of(entry["standard_error"]) : 0.0;
}

std::string reference_name(const Json& baselines) {
  if (!baselines.is_object() || !baselines.contains("reference") || !baselines["reference"].is_string())
    return "random";
  return baselines["reference"].get<std::string>();
}

/// The list of a cell's own scores, or the baseline cell's; null if neither is there.
const Json& scores_of_cell(const Json& baselines, const std::string& cell) {
  static const Json none;
  if (!baselines.is_object()) return none;
  if (const auto cells = baselines.find("cells");
      cells != baselines.end() && cells->is_object() && cells->contains(cell)) {
    return (*cells)[cell];
  }
  return baselines.contains("policies") ? baselines["policies"] : none;
}

/// {reference_score, simple, upper_bound} of a cell.
Json cell_json(const Json& baselines, const std::string& cell) {
  Json list = Json::array();
  for (const auto& score : simple_scores(baselines, cell)) {
    list.push_back({{"policy", score.policy},
                    {"mean", number(score.mean)},
                    {"standard_error", number(score.standard_error)}});
  }
  const auto reference = reference_score(baselines, cell);
  return {{"reference_score", reference ? Json(*reference) : Json()},
          {"simple", std::move(list)},
          {"upper_bound", upper_bound(baselines, cell)}};
}

/// {n_seeds, percent, percent_ci95, note} of a learner's mean (a mean_json) over the bound's, which rests on
/// episodes of its own; null without a bound above 0.
Json share_json(const Json& summary, const Json& bound) {
  const double best = bound.is_object() && bound.contains("mean") ? number_of(bound["mean"]) : 0.0;
  if (!(best > 0)) return nullptr;
  const double mean = 100 * number_of(summary["mean"]);
  Json json = {{"n_seeds", summary["n_seeds"]},
               {"percent", number(mean / best)},
               {"percent_ci95", nullptr},
               {"note", summary["note"]}};
  if (summary["ci95"].is_null()) return json;
  const auto seeds = summary["n_seeds"].get<double>();
  const double deviation = 100 * number_of(summary["std"]);
  const double error = error_of(bound);
  const auto ratio =
      stats::fieller(mean, best, deviation * deviation / seeds, 0, error * error, seeds - 1, 0.95);
  if (!ratio) {
    json["note"] = ratio.error().message;
  } else if (ratio->bounded) {
    json["percent_ci95"] = interval_json(ratio->interval);
  } else {
    json["note"] = "the upper bound is not distinguishable from 0";
  }
  return json;
}

std::string standing(const Json& interval, std::optional<double> reference) {
  const auto ends = interval_of(interval);
  if (!ends || !reference) return "not known";
  if (exceeds(ends->lower, *reference)) return "above";
  return exceeds(*reference, ends->upper) ? "below" : "not distinguishable";
}

Json learner_json(const ScoreBook& book, const record::Cell& cell, const std::string& arm,
                  ActionChoice choice) {
  const auto& baselines = book.record().baselines;
  const auto reference = reference_score(baselines, cell.id);
  const auto values = seed_means(book.finished(cell.id, arm), choice);
  const Json summary = mean_json(values);
  const auto ends = interval_of(summary["ci95"]);
  Json beats = Json::array();
  for (const auto& policy : simple_scores(baselines, cell.id)) {
    if (ends && exceeds(ends->lower, policy.mean)) beats.push_back(policy.policy);
  }
  return {{"cell", cell.id},
          {"arm", arm},
          {"policy", name_of(choice)},
          {"mean", summary["mean"]},
          {"ci95", summary["ci95"]},
          {"n_seeds", summary["n_seeds"]},
          {"reference_score", reference ? Json(*reference) : Json()},
          {"difference", reference ? number(number_of(summary["mean"]) - *reference) : Json()},
          {"standing", standing(summary["ci95"], reference)},
          {"beats", std::move(beats)},
          {"share_of_bound", share_json(summary, upper_bound(baselines, cell.id))}};
}

Json learners_json(const ScoreBook& book) {
  Json list = Json::array();
  for (const auto choice : choices_in_order(book.record())) {
    std::vector<Json> learners;
    for (const auto& cell : book.study().cells) {
      for (const auto& arm : book.study().arms) {
        learners.push_back(learner_json(book, cell, arm, choice));
      }
    }
    std::ranges::stable_sort(learners, std::greater<>{}, [](const Json& learner) {
      const double mean = number_of(learner["mean"]);
      return std::isfinite(mean) ? mean : std::numeric_limits<double>::lowest();
    });
    for (auto& learner : learners) list.push_back(std::move(learner));
  }
  return list;
}

/// "A3C in gru+ln (49.57)"; where cells differ in what random earns, "A3C in gru+ln (49.57, random 70.20)".
std::string learner_text(const Json& learner, bool with_reference) {
  const auto reference =
      with_reference ? fmt::format(", random {:.2f}", number_of(learner["reference_score"])) : std::string();
  return fmt::format("{} in {} ({}{})", arm_label(learner["arm"].get<std::string>()),
                     learner["cell"].get<std::string>(), score_text(number_of(learner["mean"])), reference);
}

}  // namespace

std::vector<SimpleScore> simple_scores(const Json& baselines, const std::string& cell) {
  std::vector<SimpleScore> scores;
  std::map<std::string, std::pair<std::vector<double>, std::vector<double>>> by_policy;  // means and errors
  for (const auto& entry : scores_of_cell(baselines, cell)) {
    if (!is_score(entry)) continue;
    auto& [means, errors] = by_policy[entry["policy"].get<std::string>()];
    means.push_back(entry["mean"].get<double>());
    errors.push_back(error_of(entry));
  }
  for (const auto& [policy, conditions] : by_policy) {
    const auto& [means, errors] = conditions;
    scores.push_back({.policy = policy, .mean = stats::mean(means), .standard_error = error_of_mean(errors)});
  }
  std::ranges::stable_sort(scores, std::greater<>{}, &SimpleScore::mean);
  return scores;
}

std::optional<double> reference_score(const Json& baselines, const std::string& cell) {
  const auto scores = simple_scores(baselines, cell);
  const auto found = std::ranges::find(scores, reference_name(baselines), &SimpleScore::policy);
  if (found == scores.end() || !std::isfinite(found->mean)) return std::nullopt;
  return found->mean;
}

const Json& upper_bound(const Json& baselines, const std::string& cell) {
  static const Json none;
  if (!baselines.is_object()) return none;
  if (const auto cells = baselines.find("cell_upper_bounds");
      cells != baselines.end() && cells->is_object() && cells->contains(cell)) {
    return (*cells)[cell];
  }
  // A cell with scores of its own meets other episodes: it borrows no bound.
  if (&scores_of_cell(baselines, cell) != &scores_of_cell(baselines, "")) return none;
  return baselines.contains("upper_bound") ? baselines["upper_bound"] : none;
}

Json policies_json(const ScoreBook& book) {
  const Json& baselines = book.record().baselines;
  Json json = cell_json(baselines, "");
  json["reference"] = reference_name(baselines);
  json["cells"] = Json::object();
  const Json& shared = scores_of_cell(baselines, "");
  for (const auto& cell : book.study().cells) {
    if (&scores_of_cell(baselines, cell.id) != &shared)
      json["cells"][cell.id] = cell_json(baselines, cell.id);
  }
  json["learners"] = learners_json(book);
  return json;
}

const Json& policies_of_cell(const Json& policies, const std::string& cell) {
  const auto own = policies["cells"].find(cell);
  return own == policies["cells"].end() ? policies : *own;
}

std::vector<std::string> below_random_sentences(const ScoreBook& book, const Json& policies) {
  std::vector<std::string> sentences;
  const bool varies = !policies["cells"].empty();
  const std::string random =
      varies ? std::string() : fmt::format(" ({})", score_text(number_of(policies["reference_score"])));
  for (const auto choice : choices_in_order(book.record())) {
    std::vector<std::string> surely;
    std::vector<std::string> on_average;
    for (const auto& learner : policies["learners"]) {
      if (learner["policy"] != name_of(choice) || !(number_of(learner["difference"]) < 0)) continue;
      (learner["standing"] == "below" ? surely : on_average).push_back(learner_text(learner, varies));
    }
    const std::string how = choice == ActionChoice::greedy ? "acting greedily" : "sampling from its policy";
    if (!surely.empty()) {
      sentences.push_back(
          fmt::format("Worse than choosing actions at random{}, {}: {}. The 95 % interval lies below random.",
                      random, how, capped_list_text(surely)));
    }
    if (!on_average.empty()) {
      sentences.push_back(fmt::format(
          "On average below choosing actions at random{}, {}, though the seeds do not settle it: {}.", random,
          how, capped_list_text(on_average)));
    }
  }
  return sentences;
}

}  // namespace windhover::analysis
