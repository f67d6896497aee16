#include "windhover/analysis/claims.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "windhover/analysis/collapse.hpp"
#include "windhover/analysis/design.hpp"
#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/published.hpp"
#include "windhover/analysis/response.hpp"
#include "windhover/analysis/study_facts.hpp"
#include "windhover/analysis/wording.hpp"
#include "windhover/stats/multiplicity.hpp"

namespace windhover::analysis {
namespace {

constexpr double level = 0.05;
constexpr double not_there = std::numeric_limits<double>::quiet_NaN();

std::string cell_of(const record::Study& study, ClaimCell cell) {
  const bool recurrent = cell == ClaimCell::both || cell == ClaimCell::rnn_only;
  const bool layer_norm = cell == ClaimCell::both || cell == ClaimCell::ln_only;
  return cell_with(study, recurrent, layer_norm);
}

/// Tests claims under one choice of actions.
class ClaimTester {
 public:
  ClaimTester(const ScoreBook& book, const Json& collapse, ActionChoice choice)
      : book_(book), collapse_(collapse), choice_(choice) {}

  /// One entry a comparison: {estimate, ci95, p_value, sign_flip_p, n_seeds, ...}.
  [[nodiscard]] std::vector<Json> comparisons(const PublishedClaim& claim) const {
    std::vector<Json> list;
    if (claim.sign == ClaimSign::untested) return list;
    const CellTerm left = {cell_of(book_.study(), claim.left), 1.0};
    if (claim.right.empty()) list.push_back(compare(claim.measure, {left}));
    for (const auto cell : claim.right) {
      list.push_back(compare(claim.measure, {left, {cell_of(book_.study(), cell), -1.0}}));
    }
    return list;
  }

 private:
  [[nodiscard]] Json compare(ClaimMeasure measure, const CellContrast& contrast) const {
    const auto& seeds = book_.study().seeds;
    switch (measure) {
      case ClaimMeasure::a3c_mean:
        return contrast_json(contrast_values(contrast, arm_mean(book_, "a3c", choice_), seeds));
      case ClaimMeasure::individual_mean:
        return contrast_json(contrast_values(contrast, arm_mean(book_, "individual", choice_), seeds));
      case ClaimMeasure::gap: {
        const ArmPair arms{.first = "a3c", .second = "individual"};
        return contrast_json(contrast_values(contrast, gap_response(book_, arms, choice_), seeds));
      }
      case ClaimMeasure::a3c_cv:
        return cv_test_json(book_, contrast, "a3c", choice_);
      case ClaimMeasure::individual_cv:
        return cv_test_json(book_, contrast, "individual", choice_);
      case ClaimMeasure::a3c_collapse:
        return contrast_json(contrast_values(contrast, collapse_response(collapse_, "a3c"), seeds));
    }
    return {};
  }

  const ScoreBook& book_;
  const Json& collapse_;
  ActionChoice choice_;
};

/// What the comparisons of a claim say together.
struct Evidence {
  bool agrees = false;    ///< every estimate has the claimed sign
  double p = not_there;   ///< for what they say; NaN if a comparison could not be made
  std::size_t shown = 0;  ///< the comparison that decides
};

bool has_claimed_sign(ClaimSign sign, double estimate) {
  if (sign == ClaimSign::larger) return estimate > 0;
  if (sign == ClaimSign::smaller) return estimate < 0;
  return false;  // of an equality any difference speaks against it
}

Evidence weigh(const PublishedClaim& claim, const std::vector<Json>& comparisons) {
  Evidence evidence{.agrees = !comparisons.empty()};
  if (!std::ranges::all_of(comparisons, [](const Json& test) { return test["p_value"].is_number(); }))
    return evidence;
  std::optional<std::size_t> weakest;
  std::optional<std::size_t> against;
  const auto p_of = [&](std::size_t i) { return comparisons[i]["p_value"].get<double>(); };
  for (std::size_t i = 0; i < comparisons.size(); ++i) {
    if (!weakest || p_of(i) > p_of(*weakest)) weakest = i;
    const bool agrees = has_claimed_sign(claim.sign, number_of(comparisons[i]["estimate"]));
    if (!agrees && (!against || p_of(i) < p_of(*against))) against = i;
  }
  if (!weakest) return evidence;
  evidence.agrees = !against.has_value();
  evidence.shown = against.value_or(*weakest);
  const auto count = static_cast<double>(comparisons.size());
  evidence.p = against ? std::min(1.0, count * p_of(*against)) : p_of(*weakest);
  return evidence;
}

std::string verdict_of(const Evidence& evidence, double holm_p) {
  if (!(holm_p < level)) return "not decidable";
  return evidence.agrees ? "confirmed" : "contradicted";
}

Json tested_json(const std::vector<Json>& comparisons, const Evidence& evidence, double holm_p) {
  Json json = {{"verdict", verdict_of(evidence, holm_p)},
               {"holm_p", number(holm_p)},
               {"p_value", number(evidence.p)},
               {"comparisons", comparisons.size()},
               {"estimate", nullptr},
               {"ci95", nullptr},
               {"sign_flip_p", nullptr},
               {"n_seeds", 0},
               {"note", ""}};
  if (comparisons.empty()) return json;
  const Json& shown = comparisons[evidence.shown];
  for (const char* key : {"estimate", "ci95", "sign_flip_p", "n_seeds", "note"}) json[key] = shown[key];
  return json;
}

/// Verdicts of all claims under one choice: one family for Holm's adjustment.
std::vector<Json> verdicts(const ScoreBook& book, const Json& collapse, ActionChoice choice) {
  const ClaimTester tester(book, collapse, choice);
  std::vector<std::vector<Json>> comparisons;
  std::vector<Evidence> evidence;
  std::vector<double> family;
  for (const auto& claim : published_claims()) {
    comparisons.push_back(tester.comparisons(claim));
    evidence.push_back(weigh(claim, comparisons.back()));
    if (std::isfinite(evidence.back().p)) family.push_back(evidence.back().p);
  }
  const auto adjusted = stats::holm(family);
  std::vector<Json> list;
  std::size_t next = 0;
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    const bool in_family = std::isfinite(evidence[i].p) && adjusted.has_value();
    list.push_back(tested_json(comparisons[i], evidence[i], in_family ? (*adjusted)[next++] : not_there));
  }
  return list;
}

Json published_cells_json(const record::Study& study) {
  Json list = Json::array();
  for (const auto& cell : published_cells()) {
    list.push_back(
        {{"cell", cell.cell},
         {"ours", cell_with(study, cell.recurrent, cell.layer_norm)},
         {"a3c",
          {{"mean", cell.a3c_mean}, {"std", cell.a3c_std}, {"cv", cell.a3c_cv}, {"worst", cell.a3c_worst}}},
         {"individual",
          {{"mean", cell.individual_mean},
           {"std", cell.individual_std},
           {"cv", cell.individual_cv},
           {"worst", cell.individual_worst}}},
         {"gap", {{"absolute", cell.gap}, {"percent", cell.gap_percent}}}});
  }
  return list;
}

bool has_published_arms(const record::Study& study) {
  const auto has = [&](const char* arm) { return std::ranges::find(study.arms, arm) != study.arms.end(); };
  return has("a3c") && has("individual");
}

}  // namespace

Json claims_json(const ScoreBook& book, const Json& collapse) {
  Json json = {{"rule",
                "Confirmed or contradicted needs a paired t over seeds with a Holm-adjusted p below .05 "
                "(family: all tested claims); "
                "otherwise not decidable. A claim with several comparisons needs all of them. The sign-flip "
                "p stands beside it."},
               {"note", ""},
               {"cells", Json::array()},
               {"claims", Json::array()}};
  const auto& study = book.study();
  if (!is_published_design(study) || !has_published_arms(study)) {
    json["note"] =
        "The published study has the four cells of RNN and LayerNorm and the arms a3c and individual; this "
        "study "
        "has another design, so its claims are not put side by side.";
    return json;
  }
  json["cells"] = published_cells_json(study);
  std::map<std::string, std::vector<Json>> by_choice;
  for (const auto choice : both_choices) by_choice[name_of(choice)] = verdicts(book, collapse, choice);
  for (std::size_t i = 0; i < published_claims().size(); ++i) {
    const auto& claim = published_claims()[i];
    Json entry = {
        {"id", claim.id}, {"claim", claim.text}, {"published", claim.published}, {"tested", claim.tested}};
    for (const auto& [name, list] : by_choice) entry[name] = list[i];
    json["claims"].push_back(std::move(entry));
  }
  return json;
}

}  // namespace windhover::analysis
