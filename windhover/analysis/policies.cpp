#include "windhover/analysis/policies.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/study_facts.hpp"
#include "windhover/analysis/wording.hpp"
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

std::string standing(const Json& interval, std::optional<double> reference) {
  const auto ends = interval_of(interval);
  if (!ends || !reference) return "not known";
  if (ends->lower > *reference) return "above";
  return ends->upper < *reference ? "below" : "not distinguishable";
}

Json learner_json(const ScoreBook& book, const record::Cell& cell, const std::string& arm,
                  ActionChoice choice, const std::vector<SimpleScore>& simple,
                  std::optional<double> reference) {
  const auto values = seed_means(book.finished(cell.id, arm), choice);
  const Json summary = mean_json(values);
  const auto ends = interval_of(summary["ci95"]);
  Json beats = Json::array();
  for (const auto& policy : simple) {
    if (ends && ends->lower > policy.mean) beats.push_back(policy.policy);
  }
  return {{"cell", cell.id},
          {"arm", arm},
          {"policy", name_of(choice)},
          {"mean", summary["mean"]},
          {"ci95", summary["ci95"]},
          {"n_seeds", summary["n_seeds"]},
          {"difference", reference ? number(number_of(summary["mean"]) - *reference) : Json()},
          {"standing", standing(summary["ci95"], reference)},
          {"beats", std::move(beats)}};
}

Json learners_json(const ScoreBook& book, const std::vector<SimpleScore>& simple,
                   std::optional<double> reference) {
  Json list = Json::array();
  for (const auto choice : choices_in_order(book.record())) {
    std::vector<Json> learners;
    for (const auto& cell : book.study().cells) {
      for (const auto& arm : book.study().arms) {
        learners.push_back(learner_json(book, cell, arm, choice, simple, reference));
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

/// "A3C in gru+ln (49.57)".
std::string learner_text(const Json& learner) {
  return fmt::format("{} in {} ({})", arm_label(learner["arm"].get<std::string>()),
                     learner["cell"].get<std::string>(), score_text(number_of(learner["mean"])));
}

}  // namespace

std::vector<SimpleScore> simple_scores(const Json& baselines) {
  std::vector<SimpleScore> scores;
  if (!baselines.is_object() || !baselines.contains("policies")) return scores;
  std::map<std::string, std::pair<std::vector<double>, double>> by_policy;  // means, sum of squared errors
  for (const auto& entry : baselines["policies"]) {
    if (!is_score(entry)) continue;
    auto& [means, squares] = by_policy[entry["policy"].get<std::string>()];
    means.push_back(entry["mean"].get<double>());
    squares += error_of(entry) * error_of(entry);
  }
  for (const auto& [policy, sums] : by_policy) {
    const auto& [means, squares] = sums;
    scores.push_back({.policy = policy,
                      .mean = stats::mean(means),
                      .standard_error = std::sqrt(squares) / static_cast<double>(means.size())});
  }
  std::ranges::stable_sort(scores, std::greater<>{}, &SimpleScore::mean);
  return scores;
}

std::optional<double> reference_score(const Json& baselines) {
  const auto scores = simple_scores(baselines);
  const auto found = std::ranges::find(scores, reference_name(baselines), &SimpleScore::policy);
  if (found == scores.end() || !std::isfinite(found->mean)) return std::nullopt;
  return found->mean;
}

Json policies_json(const ScoreBook& book) {
  const Json& baselines = book.record().baselines;
  const auto simple = simple_scores(baselines);
  const auto reference = reference_score(baselines);
  Json list = Json::array();
  for (const auto& score : simple) {
    list.push_back({{"policy", score.policy},
                    {"mean", number(score.mean)},
                    {"standard_error", number(score.standard_error)}});
  }
  const bool bounded = baselines.is_object() && baselines.contains("upper_bound");
  return {{"reference", reference_name(baselines)},
          {"reference_score", reference ? Json(*reference) : Json()},
          {"simple", std::move(list)},
          {"upper_bound", bounded ? baselines["upper_bound"] : Json()},
          {"learners", learners_json(book, simple, reference)}};
}

std::vector<std::string> below_random_sentences(const ScoreBook& book, const Json& policies) {
  std::vector<std::string> sentences;
  if (policies["reference_score"].is_null()) return sentences;
  const double reference = policies["reference_score"].get<double>();
  for (const auto choice : choices_in_order(book.record())) {
    std::vector<std::string> surely;
    std::vector<std::string> on_average;
    for (const auto& learner : policies["learners"]) {
      if (learner["policy"] != name_of(choice) || !(number_of(learner["mean"]) < reference)) continue;
      (learner["standing"] == "below" ? surely : on_average).push_back(learner_text(learner));
    }
    const std::string how = choice == ActionChoice::greedy ? "acting greedily" : "sampling from its policy";
    if (!surely.empty()) {
      sentences.push_back(
          fmt::format("Worse than choosing actions at random ({:.2f}), {}: {}. The 95 % interval lies below "
                      "random.",
                      reference, how, list_text(surely)));
    }
    if (!on_average.empty()) {
      sentences.push_back(fmt::format(
          "On average below choosing actions at random ({:.2f}), {}, though the seeds do not settle "
          "it: {}.",
          reference, how, list_text(on_average)));
    }
  }
  return sentences;
}

}  // namespace windhover::analysis
