#include "windhover/analysis/power_plan.hpp"

#include <cmath>
#include <set>

#include "windhover/analysis/design.hpp"
#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/study_facts.hpp"
#include "windhover/analysis/wording.hpp"
#include "windhover/stats/power.hpp"
#include "windhover/stats/summary.hpp"

namespace windhover::analysis {
namespace {

constexpr int usual_counts[] = {5, 10, 20, 30};

/// A comparison that a study makes.
struct PlannedContrast {
  std::string kind;
  std::string label;
  std::vector<double> coefficients;
};

std::vector<PlannedContrast> contrasts_of(const record::Study& study) {
  std::vector<PlannedContrast> contrasts = {
      {.kind = "two cells", .label = "two cells", .coefficients = {1, -1}}};
  for (const auto& contribution : contributions_of(study)) {
    PlannedContrast planned{.kind = contribution.kind, .label = contribution.label, .coefficients = {}};
    for (const auto& term : contribution.contrast) planned.coefficients.push_back(term.coefficient);
    contrasts.push_back(std::move(planned));
  }
  return contrasts;
}

std::vector<int> counts_of(const record::Study& study) {
  std::set<int> counts(std::begin(usual_counts), std::end(usual_counts));
  if (study.seeds.size() >= 2) counts.insert(static_cast<int>(study.seeds.size()));
  return {counts.begin(), counts.end()};
}

/// The smallest effect that a design finds, in the unit of `sigma`.
Result<Json> detectable(const Result<stats::ContrastDesign>& design, const PowerQuestion& question,
                        double sigma) {
  if (!design) return Failure(design.error());
  const auto effect = stats::minimum_detectable_effect(*design, question.power, question.level);
  if (!effect) return Failure(effect.error());
  return number(*effect * sigma);
}

Result<Json> seeds_for(const stats::DesignOfSeeds& design, const PowerQuestion& question, double sigma) {
  const auto seeds = stats::seeds_needed(design, *question.effect / sigma, question.power, question.level);
  if (!seeds) return Failure(seeds.error());
  return Json(*seeds);
}

/// What can be asked of one contrast, in the unit of one spread.
class ContrastPower {
 public:
  ContrastPower(const PlannedContrast& contrast, const SeedSpread& spread, const PowerQuestion& question)
      : contrast_(contrast), spread_(spread), question_(question) {}

  [[nodiscard]] Result<Json> at(int seeds) const {
    auto separate = detectable(independent(seeds), question_, spread_.sigma);
    if (!separate) return separate;
    Json entry = {{"seeds", seeds}, {"independent", *separate}, {"paired", nullptr}};
    if (!spread_.correlation) return entry;
    auto shared = detectable(paired(seeds), question_, spread_.sigma);
    if (!shared) return shared;
    entry["paired"] = *shared;
    return entry;
  }

  [[nodiscard]] Result<Json> needed() const {
    auto separate = seeds_for([this](int seeds) { return independent(seeds); }, question_, spread_.sigma);
    if (!separate) return separate;
    Json entry = {{"independent", *std::move(separate)}, {"paired", nullptr}};
    if (!spread_.correlation) return entry;
    auto shared = seeds_for([this](int seeds) { return paired(seeds); }, question_, spread_.sigma);
    if (!shared) return shared;
    entry["paired"] = *std::move(shared);
    return entry;
  }

 private:
  [[nodiscard]] Result<stats::ContrastDesign> independent(int seeds) const {
    return stats::independent_cells_design(contrast_.coefficients, seeds);
  }
  [[nodiscard]] Result<stats::ContrastDesign> paired(int seeds) const {
    return stats::paired_design(contrast_.coefficients, seeds, *spread_.correlation);
  }

  const PlannedContrast& contrast_;
  const SeedSpread& spread_;
  const PowerQuestion& question_;
};

/// Cells that all correlate alike cannot do so by less than this: a contrast against their mean would have a
/// variance below 0.
double least_correlation(std::size_t cells) { return cells > 1 ? -1 / static_cast<double>(cells - 1) : -1; }

Result<void> check_correlation(const record::Study& study, const SeedSpread& spread) {
  constexpr double rounding = 1e-9;
  if (!spread.correlation) return {};
  const double least = least_correlation(study.cells.size());
  if (*spread.correlation >= least - rounding && *spread.correlation < 1) return {};
  return usage_error(
      fmt::format("the correlation between the scores of {} cells must be from {:.4g} to below 1, not {}",
                  study.cells.size(), least, *spread.correlation));
}

Result<Json> table_json(const record::Study& study, const SeedSpread& spread, const PowerQuestion& question) {
  Json contrasts = Json::array();
  for (const auto& contrast : contrasts_of(study)) {
    const ContrastPower power(contrast, spread, question);
    Json entry = {{"label", contrast.label},
                  {"kind", contrast.kind},
                  {"coefficients", contrast.coefficients},
                  {"detectable", Json::array()},
                  {"seeds_needed", nullptr}};
    for (const int seeds : counts_of(study)) {
      auto found = power.at(seeds);
      if (!found) return found;
      entry["detectable"].push_back(*std::move(found));
    }
    if (question.effect) {
      auto needed = power.needed();
      if (!needed) return in_context(contrast.label, needed.error());
      entry["seeds_needed"] = *std::move(needed);
    }
    contrasts.push_back(std::move(entry));
  }
  return Json{{"measure", spread.measure},
              {"unit", spread.unit},
              {"sigma", spread.sigma},
              {"correlation", spread.correlation ? Json(*spread.correlation) : Json()},
              {"contrasts", std::move(contrasts)}};
}

/// The one-sample t over shared seeds, in standard deviations of whatever contrast it is taken on.
Result<Json> paired_json(const record::Study& study, const PowerQuestion& question) {
  Json json = {{"unit", "standard deviations of the contrast"},
               {"detectable", Json::array()},
               {"seeds_needed", nullptr}};
  for (const int seeds : counts_of(study)) {
    auto effect = detectable(stats::paired_design(seeds), question, 1);
    if (!effect) return effect;
    json["detectable"].push_back({{"seeds", seeds}, {"paired", *std::move(effect)}});
  }
  if (!question.effect) return json;
  auto needed = seeds_for([](int seeds) { return stats::paired_design(seeds); }, question, 1);
  if (!needed) return needed;
  json["seeds_needed"] = *std::move(needed);
  return json;
}

/// Scores by cell over the seeds that finished in all of them.
std::vector<std::vector<double>> scores_by_cell(const ScoreBook& book, const Response& response) {
  const auto& study = book.study();
  CellContrast all;
  for (const auto& cell : study.cells) all.push_back({.cell = cell.id, .coefficient = 1});
  std::vector<std::uint64_t> seeds;
  for (const auto seed : study.seeds) {
    const std::vector one = {seed};
    if (!contrast_values(all, response, one).empty()) seeds.push_back(seed);
  }
  std::vector<std::vector<double>> scores;
  for (const auto& term : all) scores.push_back(contrast_values({term}, response, seeds));
  return scores;
}

Result<SeedSpread> spread_of(const ScoreBook& book, const Response& response, std::string measure) {
  const auto scores = scores_by_cell(book, response);
  double variance = 0;
  double covariance = 0;
  const auto cells = static_cast<double>(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    variance += stats::covariance(scores[i], scores[i], 1) / cells;
    for (std::size_t j = 0; j < i; ++j)
      covariance += stats::covariance(scores[i], scores[j], 1) * 2 / (cells * (cells - 1));
  }
  if (!std::isfinite(variance) || !(variance > 0)) {
    return failure(
        fmt::format("{}: the spread over seeds needs at least two seeds that finished in every cell, with "
                    "finite scores that "
                    "are not all the same; there are {} such seeds",
                    measure, scores.front().size()));
  }
  SeedSpread spread{.measure = std::move(measure), .sigma = std::sqrt(variance), .correlation = {}};
  // Cells whose scores differ by constants have nothing left that a paired test could miss.
  if (scores.size() > 1) spread.correlation = std::min(covariance / variance, 1 - 1e-9);
  return spread;
}

}  // namespace

Result<std::vector<SeedSpread>> spreads_of(const ScoreBook& book) {
  const auto choice = primary_choice(book.record());
  std::vector<SeedSpread> spreads;
  const auto add = [&](const Response& response, const std::string& what) -> Result<void> {
    auto spread = spread_of(book, response, fmt::format("{}, {}", what, name_of(choice)));
    if (!spread) return Failure(spread.error());
    spreads.push_back(*std::move(spread));
    return {};
  };
  for (const auto& arm : book.study().arms)
    WINDHOVER_RETURN_IF_ERROR(add(arm_mean(book, arm, choice), arm_label(arm)));
  if (const auto arms = gap_arms(book.study()))
    WINDHOVER_RETURN_IF_ERROR(add(gap_response(book, *arms, choice), "gap"));
  return spreads;
}

Result<Json> power_json(const record::Study& study, const PowerQuestion& question,
                        std::span<const SeedSpread> spreads) {
  // An effect in rewards says nothing about tables in standard deviations.
  PowerQuestion in_sigma = question;
  if (!spreads.empty()) in_sigma.effect.reset();
  auto paired = paired_json(study, in_sigma);
  if (!paired) return paired;
  auto plain =
      table_json(study, {.measure = "any", .sigma = 1, .correlation = {}, .unit = "sigma"}, in_sigma);
  if (!plain) return plain;
  Json tables = Json::array({*std::move(plain)});
  for (const auto& spread : spreads) {
    WINDHOVER_RETURN_IF_ERROR(check_correlation(study, spread));
    auto table = table_json(study, spread, question);
    if (!table) return in_context(spread.measure, table.error());
    tables.push_back(*std::move(table));
  }
  return Json{{"study", study.name},
              {"cells", study.cells.size()},
              {"arms", study.arms},
              {"seeds", study.seeds.size()},
              {"power", question.power},
              {"level", question.level},
              {"effect", question.effect ? Json(*question.effect) : Json()},
              {"counts", counts_of(study)},
              {"paired", *std::move(paired)},
              {"tables", std::move(tables)}};
}

}  // namespace windhover::analysis
