#include "windhover/analysis/summary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "windhover/analysis/design.hpp"
#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/policies.hpp"
#include "windhover/analysis/study_facts.hpp"
#include "windhover/analysis/wording.hpp"

namespace windhover::analysis {
namespace {

/// A reader takes in so many sentences of a kind.
constexpr std::size_t most_told = 6;

std::string asked(const record::Study& study) {
  if (is_published_design(study)) {
    return "How do recurrence and layer normalisation interact, and what happens to A3C and to Individual "
           "learning when one or both are removed?";
  }
  std::vector<std::string> factors;
  for (const auto& factor : factors_of(study)) factors.push_back(factor_label(factor.name));
  std::vector<std::string> arms;
  for (const auto& arm : study.arms) arms.push_back(arm_label(arm));
  if (factors.empty()) return fmt::format("How do {} score in one configuration?", list_text(arms));
  return fmt::format("What does changing {} do to {}?", list_text(factors), list_text(arms));
}

/// Of what the study declares to test; the rest stands in the tables.
bool is_told(const Statement& statement, ActionChoice choice) {
  static constexpr std::array kinds = {"main effect", "interaction", "gap", "claim", "noise floor"};
  return statement.actions == choice && std::ranges::find(kinds, statement.kind) != kinds.end();
}

bool is_settled(const Statement& statement) {
  return statement.verdict == name_of(EffectVerdict::confirmed) ||
         statement.verdict == name_of(EffectVerdict::shown_in_noise) ||
         statement.verdict == name_of(ClaimOutcome::contradicted) ||
         (statement.kind == "claim" && statement.verdict == name_of(ClaimOutcome::confirmed));
}

bool needs_a_second_look(const Statement& statement) {
  return statement.verdict == name_of(EffectVerdict::second_look);
}

/// Those that are `wanted`, the first few of many.
template <class Wanted>
std::vector<SummarySentence> told(const Results& results, const Wanted& wanted) {
  std::vector<SummarySentence> sentences;
  std::size_t more = 0;
  for (std::size_t i = 0; i < results.statements.size(); ++i) {
    const auto& statement = results.statements[i];
    if (!is_told(statement, results.primary) || !wanted(statement)) continue;
    if (sentences.size() < most_told) {
      sentences.push_back({.text = statement.text, .statement = i});
    } else {
      ++more;
    }
  }
  if (more > 0)
    sentences.push_back(
        {.text = fmt::format("{} more {} in the tables.", more, more == 1 ? "stands" : "stand")});
  return sentences;
}

/// What is said where nothing survives adjustment; of effects without a test nothing is. Empty for a study
/// that tests nothing.
std::string nothing_found_text(const Results& results) {
  const auto family = std::ranges::find(results.families, results.primary, &TestFamily::actions);
  if (family == results.families.end() || family->members.empty()) return {};
  const auto all = family->members.size();
  const auto tested = static_cast<std::size_t>(std::ranges::count_if(
      family->members, [](const FamilyMember& member) { return std::isfinite(member.p_value); }));
  if (tested == 0)
    return "Nothing can be said of effects: none has an interval, which takes two seeds that finished all of "
           "its cells.";
  const auto others = tested < all ? fmt::format(", and {} can not be tested", all - tested) : std::string();
  return fmt::format("Nothing survives the adjustment for the number of tests: of {} none is confirmed{}.",
                     count_text(tested, "declared test"), others);
}

void add_found(SummarySentences& summary, const Results& results) {
  summary.found = told(results, is_settled);
  if (summary.found.empty()) {
    if (auto text = nothing_found_text(results); !text.empty())
      summary.found.push_back({.text = std::move(text)});
  }
  summary.second_look = told(results, needs_a_second_look);
}

void add_collapse(std::vector<SummarySentence>& found, const std::vector<ModelCollapse>& collapse) {
  if (collapse.empty()) return;
  found.push_back(
      {.text = fmt::format(
           "Of {}, {} collapsed greedily (one action takes at least 99 % of the greedy steps) and {} in "
           "training.",
           count_text(collapse.size(), "trained model"),
           std::ranges::count(collapse, std::optional(true), &ModelCollapse::collapsed_greedy),
           std::ranges::count(collapse, std::optional(true), &ModelCollapse::collapsed_training))});
}

/// Of the cell and arm that most seeds have finished.
std::size_t most_finished_seeds(const Results& results) {
  std::size_t most = 0;
  for (const auto& cell : results.cells) {
    for (const auto& [name, arm] : cell.arms) most = std::max(most, arm.scores[results.primary].seeds.size());
  }
  return most;
}

std::vector<std::string> certainty(const record::Study& study, const Results& results) {
  std::vector<std::string> list;
  const auto all_seeds = study.seeds.size();
  const auto seeds = most_finished_seeds(results);
  if (seeds <= 1) {
    list.push_back(fmt::format(
        "{}: there are no intervals and no tests, and nothing here can be told from chance.",
        all_seeds == 1 ? "One seed"
                       : fmt::format("Of {} seeds no cell has more than one that finished", all_seeds)));
    return list;
  }
  list.push_back(fmt::format(
      "{}; the seed is the unit of every interval and test. Episodes{} workers are averaged within a seed.",
      seeds == all_seeds ? count_text(seeds, "seed")
                         : fmt::format("Of {} seeds at most {} finished in a cell", all_seeds, seeds),
      results.condition ? ", conditions and" : " and"));
  list.push_back(fmt::format(
      "The smallest p that the exact sign-flip test can reach with {} is {:.4g}; it is printed beside "
      "each paired t.",
      count_text(seeds, "seed"), std::pow(2.0, 1.0 - static_cast<double>(seeds))));
  const auto& claims = results.claims.claims;
  if (!claims.empty()) {
    const auto count = [&](ClaimOutcome outcome) {
      return std::ranges::count_if(claims, [&](const PublishedClaimResults& claim) {
        return claim.verdicts[results.primary].verdict == outcome;
      });
    };
    list.push_back(fmt::format(
        "Of the published study's {} claims, {} are confirmed, {} contradicted and {} not decidable ({} "
        "scores).",
        claims.size(), count(ClaimOutcome::confirmed), count(ClaimOutcome::contradicted),
        count(ClaimOutcome::not_decidable), name_of(results.primary)));
  }
  return list;
}

/// " It reaches 68.1 % of the upper bound, 95 % interval [66.2, 70.0] % ..."; empty without an interval.
std::string bound_text(const std::optional<BoundShare>& share) {
  if (!share || !share->percent_ci95) return {};
  return fmt::format(
      " It reaches {:.1f} % of the upper bound, 95 % interval [{:.1f}, {:.1f}] % (which does not allow for "
      "the selection).",
      share->percent, share->percent_ci95->lower, share->percent_ci95->upper);
}

/// "A3C in gru at 61.20, 95 % interval [55.10, 67.30]", the best of several with what its selection asks for.
std::string best_text(const Learner& best, std::size_t candidates, const std::optional<Interval>& interval) {
  auto text = fmt::format("{} in {} at {} {}", arm_label(best.arm), best.cell, score_text(best.mean),
                          interval_text(interval));
  if (candidates > 1 && interval)
    text += fmt::format(", an interval that allows for its selection from {}", candidates);
  return text;
}

/// What the best learner under one choice of actions beats, and what beats it. It was selected for its score,
/// so it is held to the interval that allows for that.
std::string standing_text(const Policies& policies, ActionChoice choice) {
  std::vector<Learner> scored;
  std::ranges::copy_if(policies.learners, std::back_inserter(scored), [&](const Learner& learner) {
    return learner.actions == choice && std::isfinite(learner.mean);
  });
  if (scored.empty()) return {};
  const auto& best = scored.front();
  const auto interval = interval_of_selected(best.ci95, best.n_seeds, scored.size());
  std::vector<std::string> beaten;
  std::vector<std::string> better;
  for (const auto& simple : policies.of_cell(best.cell).simple) {
    if (interval && interval->lower > simple.mean) beaten.push_back(simple.policy);
    if (simple.mean > best.mean)
      better.push_back(fmt::format("{} ({})", simple.policy, score_text(simple.mean)));
  }
  const bool all_have_scores = std::ranges::all_of(policies.learners, [&](const Learner& learner) {
    return learner.actions != choice || std::isfinite(learner.mean);
  });
  return fmt::format(
      "{} {} actions is {}. Its interval lies above {}; {}.{}",
      all_have_scores ? "The best learner with" : "Of the learners that have scores the best with",
      name_of(choice), best_text(best, scored.size(), interval),
      beaten.empty() ? "no simple policy" : list_text(beaten),
      better.empty() ? "no simple policy scores higher"
                     : list_text(better) + (better.size() == 1 ? " scores higher" : " score higher"),
      bound_text(best.share_of_bound));
}

std::vector<std::string> beats(const record::StudyRecord& record, const Policies& policies) {
  std::vector<std::string> list;
  if (policies.baseline.simple.empty()) {
    list.emplace_back(
        "The scores of simple policies are not in the record, so nothing can be said about what the learners "
        "beat.");
    return list;
  }
  for (const auto choice : choices_in_order(record)) {
    if (auto text = standing_text(policies, choice); !text.empty()) list.push_back(std::move(text));
  }
  return list;
}

std::string text_of(const IncompleteRun& run) { return run_text(run.cell, run.arm, run.seed); }

bool is_not_reproducible(const record::Run& run) { return !run.config.is_reproducible(); }

std::vector<std::string> warnings(const record::StudyRecord& record, const RunCounts& runs) {
  std::vector<std::string> list;
  std::vector<std::string> failed;
  for (const auto& run : runs.failed)
    failed.push_back(fmt::format("{} ({})", text_of(run), run.diagnosis.value_or("")));
  std::vector<std::string> missing;
  for (const auto& run : runs.missing) missing.push_back(text_of(run));
  if (!failed.empty()) {
    list.push_back(fmt::format(
        "Runs that failed and have no scores ({}): {}. The means there are over the other seeds, which "
        "flatters them.",
        failed.size(), list_text(failed)));
  }
  if (!missing.empty()) {
    list.push_back(fmt::format("{} of {} are missing: {}.", missing.size(), count_text(runs.expected, "run"),
                               capped_list_text(missing)));
  }
  for (const auto& note : non_finite_notes(record)) list.push_back(note);
  for (const auto& note : condition_notes(record)) list.push_back(note);
  if (std::ranges::any_of(record.runs, is_not_reproducible)) {
    list.emplace_back(
        "Trained under the schedule 'threads', which is not reproducible: the same study file gives other "
        "scores and another digest the next time.");
  }
  return list;
}

}  // namespace

SummarySentences summary_of(const ScoreBook& book, const Results& results) {
  const auto& study = book.study();
  SummarySentences summary{.asked = asked(study),
                           .alerts = below_random_sentences(book, results.policies),
                           .warnings = warnings(book.record(), results.runs)};
  if (study.quick) {
    summary.quick =
        "This is a quick version: training and evaluation were shortened, so the scores say that the study "
        "runs, not what the full study would find.";
  }
  if (const auto nothing = nothing_finished_text(results.runs); !nothing.empty()) {
    summary.found.push_back({.text = nothing});
    return summary;
  }
  add_found(summary, results);
  add_collapse(summary.found, results.collapse);
  summary.certainty = certainty(study, results);
  summary.beats = beats(book.record(), results.policies);
  return summary;
}

}  // namespace windhover::analysis
