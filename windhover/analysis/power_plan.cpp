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
Result<double> detectable(const Result<stats::ContrastDesign>& design, const PowerQuestion& question,
                          double sigma) {
  if (!design) return Failure(design.error());
  const auto effect = stats::minimum_detectable_effect(*design, question.power, question.level);
  if (!effect) return Failure(effect.error());
  return *effect * sigma;
}

Result<int> seeds_for(const stats::DesignOfSeeds& design, const PowerQuestion& question, double sigma) {
  const auto seeds = stats::seeds_needed(design, *question.effect / sigma, question.power, question.level);
  if (!seeds) return Failure(seeds.error());
  return *seeds;
}

/// What can be asked of one contrast, in the unit of one spread.
class ContrastQuestion {
 public:
  ContrastQuestion(const PlannedContrast& contrast, const SeedSpread& spread, const PowerQuestion& question)
      : contrast_(contrast), spread_(spread), question_(question) {}

  [[nodiscard]] Result<DetectableEffect> at(int seeds) const {
    const auto separate = detectable(independent(seeds), question_, spread_.sigma);
    if (!separate) return Failure(separate.error());
    DetectableEffect entry{.seeds = seeds, .independent = *separate};
    if (!spread_.correlation) return entry;
    const auto shared = detectable(paired(seeds), question_, spread_.sigma);
    if (!shared) return Failure(shared.error());
    entry.paired = *shared;
    return entry;
  }

  [[nodiscard]] Result<SeedsNeeded> needed() const {
    const auto separate =
        seeds_for([this](int seeds) { return independent(seeds); }, question_, spread_.sigma);
    if (!separate) return Failure(separate.error());
    SeedsNeeded entry{.independent = *separate};
    if (!spread_.correlation) return entry;
    const auto shared = seeds_for([this](int seeds) { return paired(seeds); }, question_, spread_.sigma);
    if (!shared) return Failure(shared.error());
    entry.paired = *shared;
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

Result<PowerTable> power_table(const record::Study& study, const SeedSpread& spread,
                               const PowerQuestion& question) {
  PowerTable table{.measure = spread.measure,
                   .unit = spread.unit,
                   .sigma = spread.sigma,
                   .correlation = spread.correlation.value_or(not_a_number)};
  for (const auto& contrast : contrasts_of(study)) {
    const ContrastQuestion asked(contrast, spread, question);
    ContrastPower entry{
        .label = contrast.label, .kind = contrast.kind, .coefficients = contrast.coefficients};
    for (const int seeds : counts_of(study)) {
      const auto found = asked.at(seeds);
      if (!found) return Failure(found.error());
      entry.detectable.push_back(*found);
    }
    if (question.effect) {
      const auto needed = asked.needed();
      if (!needed) return in_context(contrast.label, needed.error());
      entry.seeds_needed = *needed;
    }
    table.contrasts.push_back(std::move(entry));
  }
  return table;
}

/// The one-sample t over shared seeds, in standard deviations of whatever contrast it is taken on.
Result<PairedPower> paired_power(const record::Study& study, const PowerQuestion& question) {
  PairedPower entry{.unit = "standard deviations of the contrast"};
  for (const int seeds : counts_of(study)) {
    const auto effect = detectable(stats::paired_design(seeds), question, 1);
    if (!effect) return Failure(effect.error());
    entry.detectable.push_back({.seeds = seeds, .paired = *effect});
  }
  if (!question.effect) return entry;
  const auto needed = seeds_for([](int seeds) { return stats::paired_design(seeds); }, question, 1);
  if (!needed) return Failure(needed.error());
  entry.seeds_needed = *needed;
  return entry;
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
                    "finite scores that are not all the same; there are {} such seeds",
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

Result<PowerPlan> power_plan(const record::Study& study, const PowerQuestion& question,
                             std::span<const SeedSpread> spreads) {
  // An effect in rewards says nothing about tables in standard deviations.
  PowerQuestion in_sigma = question;
  if (!spreads.empty()) in_sigma.effect.reset();
  const auto paired = paired_power(study, in_sigma);
  if (!paired) return Failure(paired.error());
  PowerPlan plan{.study = study.name,
                 .cells = study.cells.size(),
                 .arms = study.arms,
                 .seeds = study.seeds.size(),
                 .power = question.power,
                 .level = question.level,
                 .effect = question.effect.value_or(not_a_number),
                 .counts = counts_of(study),
                 .paired = *paired};
  const auto plain =
      power_table(study, {.measure = "any", .sigma = 1, .correlation = {}, .unit = "sigma"}, in_sigma);
  if (!plain) return Failure(plain.error());
  plan.tables.push_back(*plain);
  for (const auto& spread : spreads) {
    WINDHOVER_RETURN_IF_ERROR(check_correlation(study, spread));
    const auto table = power_table(study, spread, question);
    if (!table) return in_context(spread.measure, table.error());
    plan.tables.push_back(*table);
  }
  return plan;
}

}  // namespace windhover::analysis
