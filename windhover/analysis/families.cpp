#include "windhover/analysis/families.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "windhover/analysis/claim_tests.hpp"
#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/scores.hpp"
#include "windhover/analysis/statements.hpp"
#include "windhover/analysis/study_facts.hpp"
#include "windhover/analysis/wording.hpp"
#include "windhover/stats/multiplicity.hpp"

namespace windhover::analysis {
namespace {

/// One place of the results that shows a test.
struct Showing {
  std::string name;  ///< of the test
  double p_value = not_a_number;
  bool declared = false;
  FamilyMember member = {};                            ///< as it is listed, if it is declared
  std::function<void(double p, bool of_family)> take;  ///< the adjusted p, and which adjustment it was
};

/// All tests under one choice of actions.
class Tests {
 public:
  void add(Showing showing) { showings_.push_back(std::move(showing)); }

  void add(Contrast& contrast, std::string name, bool declared, FamilyMember member = {}) {
    member.n_seeds = contrast.n_seeds;
    member.estimate = contrast.estimate;
    member.ci95 = contrast.ci95;
    add({.name = std::move(name),
         .p_value = contrast.p_value,
         .declared = declared,
         .member = std::move(member),
         .take = [&contrast](double p, bool of_family) {
           (of_family ? contrast.holm_p : contrast.bh_p) = p;
           contrast.verdict = verdict_of(contrast);
         }});
  }

  /// Adjusts, and returns the family with its members, each once.
  [[nodiscard]] TestFamily adjust(ActionChoice choice) {
    std::set<std::string> family;
    for (const auto& showing : showings_) {
      if (showing.declared) family.insert(showing.name);
    }
    TestFamily entry{.actions = choice};
    const auto holm = adjusted_by(stats::holm, [&](const auto& name) { return family.contains(name); });
    const auto explored =
        adjusted_by(stats::benjamini_hochberg, [&](const auto& name) { return !family.contains(name); });
    entry.explored = explored.size();
    std::set<std::string> listed;
    for (auto& showing : showings_) {
      const bool of_family = family.contains(showing.name);
      const double p = of_family ? holm.at(showing.name) : explored.at(showing.name);
      showing.take(p, of_family);
      if (!showing.declared || !listed.insert(showing.name).second) continue;
      showing.member.p_value = showing.p_value;
      showing.member.holm_p = p;
      entry.members.push_back(showing.member);
    }
    return entry;
  }

 private:
  /// The adjusted p of every test that is `wanted`, each counted once.
  template <class Wanted>
  [[nodiscard]] std::map<std::string, double> adjusted_by(Adjustment adjustment, const Wanted& wanted) const {
    std::map<std::string, double> by_name;
    std::vector<std::string> names;
    std::vector<double> p_values;
    for (const auto& showing : showings_) {
      if (!wanted(showing.name) || !by_name.emplace(showing.name, not_a_number).second) continue;
      names.push_back(showing.name);
      p_values.push_back(showing.p_value);
    }
    const auto all = adjusted(p_values, adjustment);
    for (std::size_t i = 0; i < names.size(); ++i) by_name[names[i]] = all[i];
    return by_name;
  }

  std::vector<Showing> showings_;
};

/// The metrics whose effects the study declares to test. One that declares nothing at all has them all.
std::vector<std::string> declared_metrics(const record::Study& study) {
  return study.family.empty() && study.claims.empty() ? record::family_metrics() : study.family;
}

/// Collects the tests of the results under one choice of actions.
class Collector {
 public:
  Collector(Results& results, std::vector<std::string> metrics, ActionChoice choice)
      : results_(results), metrics_(std::move(metrics)), choice_(choice) {}

  Tests collect() {
    for (auto& contribution : results_.effects.contributions) add_contribution(contribution);
    for (auto& cell : results_.cells) add_gaps(cell);
    if (results_.noise_floor) add_noise_floor(*results_.noise_floor);
    for (auto& step : results_.effects.steps)
      explore(step.effects[choice_], {{step.to_cell, 1.0}, {step.from_cell, -1.0}});
    for (auto& change : results_.effects.changes)
      explore(change.effects[choice_].effect, {{change.cell, 1.0}, {change.baseline, -1.0}});
    if (results_.arm_chain) add_arm_chain(*results_.arm_chain);
    return std::move(tests_);
  }

 private:
  [[nodiscard]] bool is_declared(const std::string& metric) const {
    return std::ranges::find(metrics_, metric) != metrics_.end();
  }

  void add_contribution(ContributionResults& contribution) {
    CellContrast cells;
    for (const auto& [cell, coefficient] : contribution.coefficients) cells.push_back({cell, coefficient});
    const auto add = [&](Contrast& contrast, const std::string& metric, const std::string& arm) {
      tests_.add(contrast, test_name(metric, arm, cells), is_declared(metric),
                 {.label = contribution.label,
                  .kind = contribution.kind,
                  .metric = metric,
                  .arm = arm.empty() ? std::optional<std::string>() : arm});
    };
    auto& tested = contribution.effects[choice_];
    for (auto& [arm, contrast] : tested.effect.mean) add(contrast, "mean", arm);
    if (tested.effect.gap) add(*tested.effect.gap, "gap", "");
    for (auto& [arm, contrast] : tested.cv) add(contrast, "cv", arm);
    // Only greedy actions show a collapse: under sampled ones it would be the same test once more.
    if (choice_ != ActionChoice::greedy) return;
    for (auto& [arm, contrast] : tested.collapse) add(contrast, "collapse", arm);
  }

  void add_gaps(CellResults& cell) {
    if (cell.gap) {
      tests_.add(cell.gap->gaps[choice_].contrast, test_name("gap", "", {{cell.id, 1.0}}), is_declared("gap"),
                 {.label = cell.id, .kind = "gap in a cell", .metric = "gap"});
    }
    for (auto& gap : cell.other_gaps) {
      tests_.add(gap.gaps[choice_].contrast, fmt::format("{} - {} in {}", gap.first, gap.second, cell.id),
                 false);
    }
  }

  void add_noise_floor(NoiseFloor& floor) {
    auto& differences = floor.differences[choice_];
    for (auto& [arm, difference] : differences.arms) add_noise(floor.cell, difference, "mean", arm);
    if (differences.gap) add_noise(floor.cell, *differences.gap, "gap", "");
  }

  void add_noise(const std::string& cell, NoiseDifference& difference, const std::string& metric,
                 const std::string& arm) {
    tests_.add({.name = noise_test_name(metric, arm),
                .p_value = difference.p_value,
                .declared = true,
                .member = {.label = noise_effect(cell),
                           .kind = "noise floor",
                           .metric = metric,
                           .arm = arm.empty() ? std::optional<std::string>() : arm,
                           .n_seeds = std::min(difference.n_seeds.replicate, difference.n_seeds.study),
                           .estimate = difference.difference,
                           .ci95 = difference.ci95},
                .take = [&difference](double p, bool) {
                  difference.holm_p = p;
                  difference.verdict = !std::isfinite(p)        ? EffectVerdict::not_decidable
                                       : p < significance_level ? EffectVerdict::shown_in_noise
                                                                : EffectVerdict::not_shown;
                }});
  }

  void explore(StepEffect& step, const CellContrast& cells) {
    for (auto& [arm, contrast] : step.effect.mean) tests_.add(contrast, test_name("mean", arm, cells), false);
    if (step.effect.gap) tests_.add(*step.effect.gap, test_name("gap", "", cells), false);
    for (auto& [arm, contrast] : step.cv) tests_.add(contrast, test_name("cv", arm, cells), false);
  }

  /// Over the seeds that finished every arm of the chain, so that the total is another test than the gap.
  void add_arm_chain(ArmChain& chain) {
    for (auto& cell : chain.cells) {
      const auto add = [&](ArmDifference& difference) {
        tests_.add(difference.contrast,
                   fmt::format("chain {} - {} in {}", difference.first, difference.second, cell.cell), false);
      };
      for (auto& link : cell.chains[choice_].links) add(link);
      add(cell.chains[choice_].total);
    }
  }

  Results& results_;
  std::vector<std::string> metrics_;
  ActionChoice choice_;
  Tests tests_;
};

void add_claims(Tests& tests, const std::vector<ClaimTest>& claims, ActionChoice choice) {
  for (const auto& claim : claims) {
    if (claim.actions != choice) continue;
    auto* verdict = claim.verdict;
    tests.add({.name = claim.name,
               .p_value = verdict->p_value,
               .declared = true,
               .member = {.label = claim.id,
                          .kind = claim.kind,
                          .metric = claim.metric,
                          .arm = claim.arm.empty() ? std::optional<std::string>() : claim.arm,
                          .n_seeds = verdict->n_seeds,
                          .estimate = verdict->estimate,
                          .ci95 = verdict->ci95},
               .take = [verdict](double p, bool) { settle(*verdict, p); }});
  }
}

/// "40 tests, of them 37 with a p-value: 21 main effects and interactions of mean, gap, cv and collapse".
std::string rule_text(const TestFamily& family, const std::vector<std::string>& metrics) {
  std::vector<std::pair<std::string, std::size_t>> kinds;
  for (const auto& member : family.members) {
    if (!std::isfinite(member.p_value)) continue;
    const auto kind = member.kind == "interaction" ? "main effect" : member.kind;
    const auto found = std::ranges::find(kinds, kind, &std::pair<std::string, std::size_t>::first);
    if (found == kinds.end()) {
      kinds.emplace_back(kind, 1);
    } else {
      ++found->second;
    }
  }
  std::vector<std::string> counts;
  for (const auto& [kind, count] : kinds) {
    if (kind == "main effect") {
      counts.push_back(fmt::format("{} effects of factors and interactions ({})", count, list_text(metrics)));
    } else if (kind == "gap in a cell") {
      counts.push_back(fmt::format("{} gaps in cells", count));
    } else {
      counts.push_back(count_text(count, kind == "noise floor" ? "difference" : kind) +
                       (kind == "noise floor" ? " of the noise floor" : ""));
    }
  }
  return fmt::format(
      "The family is what the study declares: {}. Every p that is called Holm's is adjusted over it, and "
      "what is confirmed survives that. What else was looked at ({}) is adjusted by Benjamini and Hochberg, "
      "and is at most worth a second look.",
      counts.empty() ? "nothing that could be tested" : list_text(counts),
      count_text(family.explored, "test"));
}

/// What holds under greedy actions holds of a collapse whatever is shown.
void copy_collapse(Results& results, const std::vector<ClaimTest>& claims) {
  for (auto& contribution : results.effects.contributions)
    contribution.effects.sampled.collapse = contribution.effects.greedy.collapse;
  for (const auto& claim : claims) {
    const auto published = std::ranges::find(results.claims.claims, claim.id, &PublishedClaimResults::id);
    if (claim.metric == "collapse" && claim.kind == "published claim" &&
        published != results.claims.claims.end())
      published->verdicts.sampled = published->verdicts.greedy;
  }
}

}  // namespace

std::string test_name(const std::string& metric, const std::string& arm, const CellContrast& contrast) {
  std::map<std::string, double> terms;
  for (const auto& term : contrast) terms[term.cell] += term.coefficient;
  std::erase_if(terms, [](const auto& term) { return term.second == 0; });
  auto name = fmt::format("{} {}", metric, arm);
  for (const auto& [cell, coefficient] : terms)
    name += fmt::format(" {:.6g} {}", coefficient / terms.begin()->second, cell);
  return name;
}

std::vector<TestFamily> adjust_families(Results& results, const record::StudyRecord& record,
                                        const std::vector<ClaimTest>& claims) {
  std::vector<TestFamily> families;
  const auto metrics = declared_metrics(record.study);
  for (const auto choice : choices_in_order(record)) {
    auto tests = Collector(results, metrics, choice).collect();
    add_claims(tests, claims, choice);
    families.push_back(tests.adjust(choice));
    families.back().rule = rule_text(families.back(), metrics);
  }
  copy_collapse(results, claims);
  return families;
}

std::vector<TestFamily> adjust_claims(const std::vector<ClaimTest>& claims) {
  std::vector<TestFamily> families;
  for (const auto choice : both_choices) {
    Tests tests;
    add_claims(tests, claims, choice);
    auto family = tests.adjust(choice);
    if (family.members.empty()) continue;
    family.rule = rule_text(family, {});
    families.push_back(std::move(family));
  }
  return families;
}

}  // namespace windhover::analysis
