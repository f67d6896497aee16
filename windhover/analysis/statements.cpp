#include "windhover/analysis/statements.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include "windhover/analysis/wording.hpp"

namespace windhover::analysis {
namespace {

/// Of a metric and the arm, if it is about one: "the mean of A3C".
std::string quantity_text(std::string_view metric, const std::optional<std::string>& arm) {
  const auto of_arm = arm ? " of " + arm_label(*arm) : std::string();
  if (metric == "cv") return "the CV" + of_arm;
  if (metric == "collapse") return "the share of collapsed models" + of_arm;
  return fmt::format("the {}{}", metric, of_arm);
}

/// Returns have two decimals, shares three.
int decimals_of(std::string_view metric) { return metric == "cv" || metric == "collapse" ? 3 : 2; }

std::string p_text(double p) { return p < 0.0001 ? "< 0.0001" : fmt::format("{:.2g}", p); }

/// ", p 0.0071, by Holm 0.14"; what was not declared has no second part.
std::string p_values_text(const Statement& statement) {
  if (!std::isfinite(statement.p_value)) return {};
  auto text = fmt::format(", p {}", p_text(statement.p_value));
  if (statement.holm_p && std::isfinite(*statement.holm_p))
    text += fmt::format(", by Holm {}", p_text(*statement.holm_p));
  return text;
}

/// "+18.92, 95 % interval [8.56, 29.27], p 0.0071".
std::string estimate_text(const Statement& statement, int decimals) {
  return fmt::format("{}, 95 % interval {}{}", signed_text(statement.estimate, decimals),
                     interval_text(statement.ci95, decimals), p_values_text(statement));
}

/// What a kind of effect does, and may do, to a quantity.
struct Verbs {
  const char* does;
  const char* may;
};

Verbs verbs_of(const std::string& kind) {
  if (kind == "interaction") return {"interact in", "may interact in"};
  if (kind == "cell against the baseline") return {"differ in", "may differ in"};
  return {"changes", "may change"};
}

/// Of an effect on a quantity.
std::string effect_text(const Statement& statement, EffectVerdict verdict, std::string_view metric) {
  const auto quantity = quantity_text(metric, statement.arm);
  const auto figures = estimate_text(statement, decimals_of(metric));
  const auto verbs = verbs_of(statement.kind);
  switch (verdict) {
    case EffectVerdict::confirmed:
      return fmt::format("{} {} {}: {}.", statement.effect, verbs.does, quantity, figures);
    case EffectVerdict::second_look:
      return fmt::format("{} {} {}: {}.", statement.effect, verbs.may, quantity, figures);
    case EffectVerdict::not_shown:
      return fmt::format("{}: no effect on {} shown; {}.", statement.effect, quantity, figures);
    case EffectVerdict::shown_in_noise:
      return fmt::format("{}: {} differs where nothing but the seeds does; {}.", statement.effect, quantity,
                         figures);
    case EffectVerdict::not_decidable:
      break;
  }
  return fmt::format("{}: an effect on {} is not decidable{}.", statement.effect, quantity,
                     statement.note.empty() ? "" : " (" + statement.note + ")");
}

/// Of the difference of two arms in one place.
std::string difference_text(const Statement& statement, EffectVerdict verdict, const std::string& place,
                            const std::string& first, const std::string& second) {
  const auto figures = estimate_text(statement, 2);
  const auto pair = fmt::format("{} and {}", arm_label(first), arm_label(second));
  const char* way = statement.estimate < 0 ? "less" : "more";
  switch (verdict) {
    case EffectVerdict::confirmed:
      return fmt::format("In {} {} earns {} than {}: {}.", place, arm_label(first), way, arm_label(second),
                         figures);
    case EffectVerdict::second_look:
      return fmt::format("In {} {} may earn {} than {}: {}.", place, arm_label(first), way, arm_label(second),
                         figures);
    case EffectVerdict::not_shown:
    case EffectVerdict::shown_in_noise:
      return fmt::format("In {} no difference between {} is shown: {}.", place, pair, figures);
    case EffectVerdict::not_decidable:
      break;
  }
  return fmt::format("In {} the difference between {} is not decidable{}.", place, pair,
                     statement.note.empty() ? "" : " (" + statement.note + ")");
}

Statement of_contrast(const Contrast& contrast, std::string effect, std::string kind, ActionChoice choice) {
  return {.effect = std::move(effect),
          .kind = std::move(kind),
          .actions = choice,
          .verdict = name_of(contrast.verdict),
          .estimate = contrast.estimate,
          .ci95 = contrast.ci95,
          .p_value = contrast.p_value,
          .holm_p = contrast.holm_p,
          .sign_flip_p = contrast.sign_flip_p,
          .n_seeds = contrast.n_seeds,
          .minimum_detectable_effect = contrast.minimum_detectable_effect,
          .note = contrast.note};
}

/// Writes the statements under one choice of actions.
class Writer {
 public:
  Writer(const Results& results, ActionChoice choice, std::vector<Statement>& list)
      : results_(results), choice_(choice), list_(list) {}

  void write() {
    for (const auto& contribution : results_.effects.contributions) add_contribution(contribution);
    for (const auto& cell : results_.cells) {
      if (cell.gap) add_gap(cell.id, *cell.gap);
      for (const auto& gap : cell.other_gaps) add_gap(cell.id, gap);
    }
    if (results_.noise_floor) add_noise_floor(*results_.noise_floor);
    add_claims();
    for (const auto& learner : results_.policies.learners) {
      if (learner.actions == choice_) add_learner(learner);
    }
    for (const auto& step : results_.effects.steps) add_step(step.effects[choice_], step.label, "one change");
    for (const auto& change : results_.effects.changes)
      add_step(change.effects[choice_].effect, change_effect(change), "cell against the baseline");
    if (results_.arm_chain) add_arm_chain(*results_.arm_chain);
  }

  void add_claims() {
    for (const auto& claim : results_.claims.declared) {
      if (claim.actions == choice_)
        add_claim(claim.verdict, claim_effect(claim.id), "claim", claim.metric, claim.arm,
                  fmt::format("Claim {} is {}: {}", claim.id, name_of(claim.verdict.verdict), claim.tested));
    }
    for (const auto& claim : results_.claims.claims) {
      add_claim(claim.verdicts[choice_], published_claim_effect(claim.id), "published claim", "claim", "",
                fmt::format("Published claim {} is {}.", claim.id, name_of(claim.verdicts[choice_].verdict)));
    }
  }

 private:
  void add_contrast(const Contrast& contrast, const std::string& effect, const std::string& kind,
                    std::string_view metric, const std::optional<std::string>& arm) {
    auto statement = of_contrast(contrast, effect, kind, choice_);
    statement.arm = arm;
    statement.measure = measure_name(metric, choice_);
    statement.text = effect_text(statement, contrast.verdict, metric);
    // With one factor its main effect is the one change that there is.
    if (names_.insert(key_of(statement)).second) list_.push_back(std::move(statement));
  }

  void add_means(const Effect& effect, const std::string& name, const std::string& kind) {
    for (const auto& [arm, contrast] : effect.mean) add_contrast(contrast, name, kind, "mean", arm);
    if (effect.gap) add_contrast(*effect.gap, name, kind, "gap", {});
  }

  void add_step(const StepEffect& step, const std::string& name, const std::string& kind) {
    add_means(step.effect, name, kind);
    for (const auto& [arm, contrast] : step.cv) add_contrast(contrast, name, kind, "cv", arm);
  }

  void add_contribution(const ContributionResults& contribution) {
    const auto& tested = contribution.effects[choice_];
    add_means(tested.effect, contribution.label, contribution.kind);
    for (const auto& [arm, contrast] : tested.cv)
      add_contrast(contrast, contribution.label, contribution.kind, "cv", arm);
    if (choice_ != ActionChoice::greedy) return;
    for (const auto& [arm, contrast] : tested.collapse)
      add_contrast(contrast, contribution.label, contribution.kind, "collapse", arm);
  }

  void add_difference(const Contrast& contrast, const std::string& effect, const std::string& kind,
                      const std::string& place, const std::string& first, const std::string& second) {
    auto statement = of_contrast(contrast, effect, kind, choice_);
    statement.measure = measure_name("gap", choice_);
    statement.text = difference_text(statement, contrast.verdict, place, first, second);
    list_.push_back(std::move(statement));
  }

  void add_gap(const std::string& cell, const ArmGap& gap) {
    add_difference(gap.gaps[choice_].contrast, gap_effect(cell, gap), "gap", cell, gap.first, gap.second);
  }

  void add_arm_chain(const ArmChain& chain) {
    for (const auto& cell : chain.cells) {
      const auto add = [&](const ArmDifference& difference) {
        add_difference(difference.contrast, link_effect(cell.cell, difference), "chain of arms", cell.cell,
                       difference.first, difference.second);
      };
      for (const auto& link : cell.chains[choice_].links) add(link);
      add(cell.chains[choice_].total);
    }
  }

  void add_noise_floor(const NoiseFloor& floor) {
    const auto add = [&](const NoiseDifference& difference, const char* metric,
                         const std::optional<std::string>& arm) {
      Statement statement{.effect = noise_effect(floor.cell),
                          .kind = "noise floor",
                          .arm = arm,
                          .measure = measure_name(metric, choice_),
                          .actions = choice_,
                          .verdict = name_of(difference.verdict),
                          .estimate = difference.difference,
                          .ci95 = difference.ci95,
                          .p_value = difference.p_value,
                          .holm_p = difference.holm_p,
                          .n_seeds = std::min(difference.n_seeds.replicate, difference.n_seeds.study),
                          .note = difference.note};
      statement.text = effect_text(statement, difference.verdict, metric);
      list_.push_back(std::move(statement));
    };
    const auto& differences = floor.differences[choice_];
    for (const auto& [arm, difference] : differences.arms) add(difference, "mean", arm);
    if (differences.gap) add(*differences.gap, "gap", {});
  }

  void add_claim(const ClaimVerdict& verdict, const std::string& effect, const char* kind,
                 const std::string& metric, const std::string& arm, std::string text) {
    list_.push_back({.effect = effect,
                     .kind = kind,
                     .arm = arm.empty() ? std::optional<std::string>() : arm,
                     .measure = measure_name(metric, choice_),
                     .actions = choice_,
                     .verdict = name_of(verdict.verdict),
                     .text = std::move(text),
                     .estimate = verdict.estimate,
                     .ci95 = verdict.ci95,
                     .p_value = verdict.p_value,
                     .holm_p = verdict.holm_p,
                     .sign_flip_p = verdict.sign_flip_p,
                     .n_seeds = verdict.n_seeds,
                     .note = verdict.note});
  }

  void add_learner(const Learner& learner) {
    Statement statement{.effect = standing_effect(learner.cell),
                        .kind = "learner",
                        .arm = learner.arm,
                        .measure = measure_name("mean", choice_),
                        .actions = choice_,
                        .verdict = name_of(learner.standing),
                        .estimate = learner.difference,
                        .n_seeds = learner.n_seeds};
    statement.text = fmt::format(
        "{} in {} scores {} {}: {} random actions ({}).", arm_label(learner.arm), learner.cell,
        score_text(learner.mean), interval_text(learner.ci95),
        learner.standing == Standing::not_distinguishable ? "not distinguishable from" : statement.verdict,
        score_text(learner.reference_score));
    if (learner.standing == Standing::not_known) {
      statement.text =
          fmt::format("{} in {} against random actions: not known.", arm_label(learner.arm), learner.cell);
    }
    list_.push_back(std::move(statement));
  }

  const Results& results_;
  ActionChoice choice_;
  std::vector<Statement>& list_;
  std::set<std::string> names_;
};

}  // namespace

std::string measure_name(std::string_view metric, ActionChoice choice) {
  return fmt::format("{}, {}", metric, name_of(choice));
}

std::string gap_effect(const std::string& cell, const ArmGap& gap) {
  return fmt::format("{} − {} in {}", arm_label(gap.first), arm_label(gap.second), cell);
}

std::string change_effect(const ChangeResults& change) {
  return fmt::format("{} − {}", change.cell, change.baseline);
}

std::string link_effect(const std::string& cell, const ArmDifference& difference) {
  return fmt::format("{} − {} in {}, {}", arm_label(difference.first), arm_label(difference.second), cell,
                     difference.name.value_or("the whole chain"));
}

std::string noise_effect(const std::string& cell) { return cell + " again, under other seeds"; }

std::string claim_effect(const std::string& id) { return "claim " + id; }

std::string published_claim_effect(const std::string& id) { return "published claim " + id; }

std::string standing_effect(const std::string& cell) { return cell + " against random"; }

std::string statement_key(const std::string& effect, const std::optional<std::string>& arm,
                          const std::string& measure) {
  return fmt::format("{}; {}; {}", effect, arm.value_or("-"), measure);
}

std::string key_in(const std::string& key, const std::string& environment, const std::string& profile) {
  return fmt::format("{}; {} {}", key, environment, profile);
}

std::string key_of(const Statement& statement) {
  const auto key = statement_key(statement.effect, statement.arm, statement.measure);
  const auto& [environment, profile] = statement.origin;
  return environment ? key_in(key, *environment, profile.value_or("")) : key;
}

bool is_about_scores(const Statement& statement) {
  static constexpr std::array kinds = {"main effect", "interaction", "noise floor", "gap"};
  const bool of_scores = statement.measure.starts_with("mean") || statement.measure.starts_with("gap");
  return of_scores && std::ranges::find(kinds, statement.kind) != kinds.end();
}

std::vector<Statement> statements_of(const Results& results) {
  std::vector<Statement> list;
  for (const auto choice : choices_from(results.primary)) Writer(results, choice, list).write();
  return list;
}

std::vector<Statement> statements_of_claims(const Results& results) {
  std::vector<Statement> list;
  for (const auto choice : choices_from(results.primary)) Writer(results, choice, list).add_claims();
  return list;
}

}  // namespace windhover::analysis
