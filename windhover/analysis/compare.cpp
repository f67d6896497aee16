#include "windhover/analysis/compare.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/linter.hpp"
#include "windhover/analysis/response.hpp"
#include "windhover/analysis/scores.hpp"
#include "windhover/analysis/study_facts.hpp"
#include "windhover/analysis/wording.hpp"
#include "windhover/core/json_leaves.hpp"
#include "windhover/stats/multiplicity.hpp"

namespace windhover::analysis {
namespace {

template <class Item>
bool holds(const std::vector<Item>& items, const Item& item) {
  return std::ranges::find(items, item) != items.end();
}

template <class Item>
std::vector<Item> missing_in(const std::vector<Item>& items, const std::vector<Item>& others) {
  std::vector<Item> missing;
  for (const auto& item : items) {
    if (!holds(others, item)) missing.push_back(item);
  }
  return missing;
}

template <class Item>
std::vector<Item> common(const std::vector<Item>& items, const std::vector<Item>& others) {
  std::vector<Item> shared;
  for (const auto& item : items) {
    if (holds(others, item)) shared.push_back(item);
  }
  return shared;
}

std::vector<std::string> cell_ids(const record::Study& study) {
  std::vector<std::string> ids;
  for (const auto& cell : study.cells) ids.push_back(cell.id);
  return ids;
}

ComparedStudy compared_study(const record::StudyRecord& record) {
  const auto counts = run_counts(record);
  return {.name = record.study.name,
          .environment = environment_of(record.study),
          .profile = profile_of(record.study),
          .preset = preset_of(record),
          .quick = record.study.quick,
          .build = record.manifest ? std::optional(record::build_text(record.manifest->provenance.build))
                                   : std::nullopt,
          .digest = digest_of(record),
          .seeds = record.study.seeds,
          .runs_finished = counts.finished,
          .runs_failed = counts.failed.size(),
          .runs_expected = counts.expected};
}

OnlyIn only_in(const record::Study& study, const record::Study& other) {
  return {.cells = missing_in(cell_ids(study), cell_ids(other)),
          .arms = missing_in(study.arms, other.arms),
          .seeds = missing_in(study.seeds, other.seeds)};
}

/// What differs in the effective configurations. The name is no setting.
std::vector<SettingDifference> setting_differences(const Json& first, const Json& second) {
  const auto before = json_leaves(first);
  const auto after = json_leaves(second);
  std::set<std::string> keys;
  for (const auto& leaves : {before, after}) {
    for (const auto& [key, value] : leaves) keys.insert(key);
  }
  keys.erase("name");
  std::vector<SettingDifference> list;
  for (const auto& key : keys) {
    const Json left = before.contains(key) ? before.at(key) : Json();
    const Json right = after.contains(key) ? after.at(key) : Json();
    if (left != right) list.push_back({.key = key, .first = left, .second = right});
  }
  return list;
}

/// The names of the differing settings that `wanted` accepts.
template <class Predicate>
std::vector<std::string> differing(const std::vector<SettingDifference>& differences,
                                   const Predicate& wanted) {
  std::vector<std::string> keys;
  for (const auto& difference : differences) {
    if (wanted(difference.key)) keys.push_back(difference.key);
  }
  return keys;
}

bool is_of_environment(const std::string& key) {
  return key == "environment" || key == "profile" || key.starts_with("environment_fields.");
}

std::vector<std::string> comparison_warnings(const Comparison& comparison) {
  std::vector<std::string> list;
  const auto environment = differing(comparison.differences, is_of_environment);
  if (!environment.empty()) {
    list.push_back(
        fmt::format("The environments differ ({}), so the scores of the two studies are not comparable: a "
                    "difference says nothing of the learners.",
                    list_text(environment)));
  }
  const auto evaluation = differing(comparison.differences,
                                    [](const std::string& key) { return key.starts_with("evaluation."); });
  if (!evaluation.empty()) {
    list.push_back(fmt::format("The evaluations differ ({}), so the scores rest on other episodes.",
                               list_text(evaluation)));
  }
  const auto& [first, second] = comparison.studies;
  if (first.quick != second.quick)
    list.emplace_back(
        "One of the studies is a quick version, trained and evaluated more shortly than the other.");
  if (comparison.seeds.empty())
    list.emplace_back("The studies have no seed in common, so nothing is paired or tested.");
  if (first.digest.digest && first.digest.digest == second.digest.digest)
    list.emplace_back("Both have the same digest: they are the same study.");
  for (const auto* study : {&first, &second}) {
    if (study->runs_finished == study->runs_expected) continue;
    list.push_back(fmt::format("Of {}, {} of {} finished; means are over those.", study->name,
                               study->runs_finished, count_text(study->runs_expected, "run")));
  }
  return list;
}

/// What each seed of a study has to say of a cell.
struct SeedNumbers {
  const record::Study& study;
  Response response;

  [[nodiscard]] std::vector<double> all(const std::string& cell) const {
    std::vector<double> values;
    for (const auto seed : study.seeds) {
      if (const auto value = response(cell, seed)) values.push_back(*value);
    }
    return values;
  }
};

/// One number of one cell in both studies.
ComparedScore compared_score(const SeedNumbers& first, const SeedNumbers& second, const std::string& cell,
                             ActionChoice choice) {
  ComparedScore score{.cell = cell,
                      .actions = choice,
                      .first = seed_mean(first.all(cell)),
                      .second = seed_mean(second.all(cell))};
  for (const auto seed : common(first.study.seeds, second.study.seeds)) {
    const auto before = first.response(cell, seed);
    const auto after = second.response(cell, seed);
    if (!before || !after) continue;
    score.seeds.push_back(seed);
    score.seed_values.push_back(*after - *before);
  }
  score.difference = contrast_of(score.seed_values);
  if (score.seeds.empty()) score.difference.note = "no seed that both studies finished";
  return score;
}

/// The mean of every arm that both studies have.
std::vector<ArmComparison> arm_comparisons(const ScoreBook& first, const ScoreBook& second) {
  std::vector<ArmComparison> list;
  for (const auto choice : choices_in_order(first.record())) {
    for (const auto& cell : common(cell_ids(first.study()), cell_ids(second.study()))) {
      for (const auto& arm : common(first.study().arms, second.study().arms)) {
        list.push_back(
            {.arm = arm,
             .score = compared_score({first.study(), arm_mean(first, arm, choice)},
                                     {second.study(), arm_mean(second, arm, choice)}, cell, choice)});
      }
    }
  }
  return list;
}

/// The gap, if both studies have it between the same arms.
std::vector<GapComparison> gap_comparisons(const ScoreBook& first, const ScoreBook& second) {
  std::vector<GapComparison> list;
  const auto arms = gap_arms(first.study());
  const auto others = gap_arms(second.study());
  if (!arms || !others || arms->first != others->first || arms->second != others->second) return list;
  for (const auto choice : choices_in_order(first.record())) {
    for (const auto& cell : common(cell_ids(first.study()), cell_ids(second.study()))) {
      list.push_back(
          {.arms = {arms->first, arms->second},
           .score = compared_score({first.study(), gap_response(first, *arms, choice)},
                                   {second.study(), gap_response(second, *arms, choice)}, cell, choice)});
    }
  }
  return list;
}

/// All differences of the comparison are one family.
void adjust(Comparison& comparison) {
  std::vector<Contrast*> contrasts;
  for (auto& entry : comparison.comparisons) contrasts.push_back(&entry.score.difference);
  for (auto& entry : comparison.gaps) contrasts.push_back(&entry.score.difference);
  add_adjusted_p(contrasts, &Contrast::holm_p, stats::holm);
  for (auto* contrast : contrasts) contrast->verdict = verdict_of(*contrast);
}

Result<void> check_comparable(const record::StudyRecord& first, const record::StudyRecord& second) {
  for (const auto* record : {&first, &second}) {
    if (run_counts(*record).finished != 0) continue;
    return failure(fmt::format("the {} study, '{}', has no finished run: there is nothing to compare",
                               record == &first ? "first" : "second", record->study.name));
  }
  const auto check = [](const char* what, const std::vector<std::string>& left,
                        const std::vector<std::string>& right) -> Result<void> {
    if (!common(left, right).empty()) return {};
    return failure(fmt::format("the studies have no {} in common: the first has {}, the second {}", what,
                               list_text(left), list_text(right)));
  };
  WINDHOVER_RETURN_IF_ERROR(check("cell", cell_ids(first.study), cell_ids(second.study)));
  return check("arm", first.study.arms, second.study.arms);
}

}  // namespace

Result<Comparison> compare(const record::StudyRecord& first, const record::StudyRecord& second) {
  WINDHOVER_RETURN_IF_ERROR(check_comparable(first, second));
  const ScoreBook before(first);
  const ScoreBook after(second);
  Comparison comparison{
      .studies = {.first = compared_study(first), .second = compared_study(second)},
      .seeds = common(first.study.seeds, second.study.seeds),
      .rule =
          "Differences are second less first, within each seed that both studies finished: paired t, "
          "the exact sign flip beside it, Holm over all differences listed, of means and of gaps.",
      .only_in_first = only_in(first.study, second.study),
      .only_in_second = only_in(second.study, first.study),
      .differences = setting_differences(first.study.config, second.study.config),
      .comparisons = arm_comparisons(before, after),
      .gaps = gap_comparisons(before, after)};
  adjust(comparison);
  comparison.warnings = comparison_warnings(comparison);
  if (const auto checked = lint(described::to_json(comparison)); !checked)
    return in_context("the claim linter", checked.error());
  return comparison;
}

}  // namespace windhover::analysis
