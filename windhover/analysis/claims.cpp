#include "windhover/analysis/claims.hpp"

#include <algorithm>
#include <map>

#include "windhover/analysis/claim_tests.hpp"
#include "windhover/analysis/claim_text.hpp"
#include "windhover/analysis/design.hpp"
#include "windhover/analysis/published.hpp"
#include "windhover/analysis/study_facts.hpp"

namespace windhover::analysis {
namespace {

using record::Claim;

constexpr const char* published_environment = "offload";

std::vector<PublishedCellScores> published_cell_scores(const record::Study& study) {
  std::vector<PublishedCellScores> list;
  for (const auto& cell : published_cells()) {
    list.push_back({.cell = cell.cell,
                    .ours = cell_with(study, cell.recurrent, cell.layer_norm),
                    .a3c = {.mean = cell.a3c_mean,
                            .deviation = cell.a3c_std,
                            .cv = cell.a3c_cv,
                            .worst = cell.a3c_worst},
                    .individual = {.mean = cell.individual_mean,
                                   .deviation = cell.individual_std,
                                   .cv = cell.individual_cv,
                                   .worst = cell.individual_worst},
                    .gap = {.absolute = cell.gap, .percent = cell.gap_percent}});
  }
  return list;
}

bool has_published_arms(const record::Study& study) {
  const auto has = [&](const char* arm) { return std::ranges::find(study.arms, arm) != study.arms.end(); };
  return has("a3c") && has("individual");
}

/// The published claims in the names of this study's cells.
std::vector<Claim> claims_on_our_cells(const record::Study& study) {
  std::map<std::string, std::string> ours;
  for (const auto& cell : published_cells())
    ours[cell.cell] = cell_with(study, cell.recurrent, cell.layer_norm);
  std::vector<Claim> claims;
  for (const auto& published : published_claims()) {
    claims.push_back(published.claim);
    for (auto& contrast : claims.back().contrasts) {
      for (auto& term : contrast) term.cell = ours[term.cell];
    }
  }
  return claims;
}

std::vector<PublishedClaimResults> published_claim_results(const ScoreBook& book,
                                                           const std::vector<ModelCollapse>& collapse) {
  const auto claims = claims_on_our_cells(book.study());
  std::vector<PublishedClaimResults> list;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const auto& published = published_claims()[i];
    list.push_back({.id = claims[i].id,
                    .claim = claims[i].text,
                    .published = published.figure,
                    .tested = published.untested.empty() ? tested_text(claims[i]) : published.untested});
    for (const auto choice : both_choices)
      list.back().verdicts[choice] = judge(book, collapse, claims[i], choice);
  }
  return list;
}

/// A cell that a declared claim is about; the first if it is about all.
const std::string& cell_of(const Claim& claim, const record::Study& study) {
  if (claim.noise_floor && study.noise_floor) return study.noise_floor->cell;
  const bool names_cells = !claim.contrasts.empty() && !claim.contrasts.front().empty();
  return names_cells ? claim.contrasts.front().front().cell : study.cells.front().id;
}

/// The choice of actions that a declared claim is about. Only greedy actions show a collapse.
ActionChoice choice_of(const Claim& claim, const record::StudyRecord& record) {
  if (claim.metric == record::ClaimMetric::collapse) return ActionChoice::greedy;
  if (claim.policy.empty()) return primary_choice(record, cell_of(claim, record.study));
  return claim.policy == name_of(ActionChoice::greedy) ? ActionChoice::greedy : ActionChoice::sampled;
}

/// The study's own claims, in its order.
std::vector<DeclaredClaimResults> declared_claim_results(const ScoreBook& book,
                                                         const std::vector<ModelCollapse>& collapse) {
  std::vector<DeclaredClaimResults> list;
  for (const auto& claim : book.study().claims) {
    const auto choice = choice_of(claim, book.record());
    list.push_back({.id = claim.id,
                    .text = claim.text,
                    .tested = tested_text(claim),
                    .metric = record::name_of(claim.metric),
                    .arm = claim.arm,
                    .actions = choice,
                    .verdict = judge(book, collapse, claim, choice)});
  }
  return list;
}

}  // namespace

Claims claims_of(const ScoreBook& book, const std::vector<ModelCollapse>& collapse) {
  Claims entry{.rule = verdict_rule(), .declared = declared_claim_results(book, collapse)};
  const auto& study = book.study();
  const auto environment = environment_of(book.study());
  if (!environment.empty() && environment != published_environment) {
    entry.note = fmt::format(
        "The published study is about the environment {}; this is another, so its claims are not put side by "
        "side.",
        published_environment);
    return entry;
  }
  if (!is_published_design(study) || !has_published_arms(study)) {
    entry.note =
        "The published study has the four cells of RNN and LayerNorm and the arms a3c and individual; this "
        "study has another design, so its claims are not put side by side.";
    return entry;
  }
  const auto is = [](const std::string& own, const char* published) {
    return own.empty() || own == published;
  };
  if (!is(profile_of(study), "paper") || !is(preset_of(book.record()), "published")) {
    entry.note =
        "The published study has the profile paper and the preset published; this one has others, so its "
        "claims are not put side by side.";
    return entry;
  }
  entry.cells = published_cell_scores(study);
  entry.claims = published_claim_results(book, collapse);
  return entry;
}

std::vector<ClaimTest> tests_of(Claims& claims, const record::Study& study) {
  std::vector<ClaimTest> tests;
  for (std::size_t i = 0; i < claims.declared.size(); ++i) {
    auto& entry = claims.declared[i];
    tests.push_back({.name = test_name(study.claims[i], study),
                     .id = entry.id,
                     .kind = "claim",
                     .metric = entry.metric,
                     .arm = entry.arm,
                     .actions = entry.actions,
                     .verdict = &entry.verdict});
  }
  if (claims.claims.empty()) return tests;
  const auto published = claims_on_our_cells(study);
  for (std::size_t i = 0; i < claims.claims.size(); ++i) {
    if (published[i].contrasts.empty()) continue;  // nothing tests it
    auto name = test_name(published[i], study);
    if (name.starts_with("claim ")) name = "published " + name;
    for (const auto choice : both_choices) {
      if (choice != ActionChoice::greedy && published[i].metric == record::ClaimMetric::collapse) continue;
      tests.push_back({.name = name,
                       .id = published[i].id,
                       .kind = "published claim",
                       .metric = record::name_of(published[i].metric),
                       .arm = published[i].arm,
                       .actions = choice,
                       .verdict = &claims.claims[i].verdicts[choice]});
    }
  }
  return tests;
}

}  // namespace windhover::analysis
