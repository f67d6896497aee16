#include "windhover/analysis/claim_text.hpp"

#include <algorithm>
#include <cmath>

#include "windhover/analysis/wording.hpp"

namespace windhover::analysis {
namespace {

using record::CellTerm;
using record::Claim;
using record::ClaimMetric;
using record::ClaimSide;

std::string quantity(const Claim& claim) {
  const auto arm = arm_label(claim.arm);
  switch (claim.metric) {
    case ClaimMetric::mean:
      return arm + "'s mean";
    case ClaimMetric::cv:
      return arm + "'s CV";
    case ClaimMetric::gap:
      return "the gap";
    case ClaimMetric::collapse:
      return fmt::format("the share of {}'s models that collapse greedily", arm);
    case ClaimMetric::worst_condition:
      return arm + "'s mean at its worst condition";
  }
  return {};
}

/// "is larger than 0", "is at least 475".
std::string relation(const Claim& claim) {
  const double bound = claim.bound.value_or(0);
  switch (claim.side) {
    case ClaimSide::larger:
      return claim.bound ? fmt::format("is at least {}", bound) : "is larger than 0";
    case ClaimSide::smaller:
      return claim.bound ? fmt::format("is at most {}", bound) : "is smaller than 0";
    case ClaimSide::none:
      break;
  }
  return claim.bound ? fmt::format("is within ±{} of 0", bound)
                     : "is 0, which can be contradicted, not confirmed";
}

/// The cells of "one less another", the one first; empty for anything else.
std::vector<std::string> pair_of(const std::vector<CellTerm>& contrast) {
  if (contrast.size() != 2) return {};
  const auto& first = contrast[0].coefficient > 0 ? contrast[0] : contrast[1];
  const auto& second = contrast[0].coefficient > 0 ? contrast[1] : contrast[0];
  if (first.coefficient != 1 || second.coefficient != -1) return {};
  return {first.cell, second.cell};
}

/// "in gru+ln", "in gru+ln less that in gru", "over 0.5 gru+ln + 0.5 gru − 1 mlp".
std::string place(const std::vector<CellTerm>& contrast) {
  if (contrast.size() == 1 && contrast[0].coefficient == 1) return "in " + contrast[0].cell;
  if (const auto cells = pair_of(contrast); !cells.empty())
    return fmt::format("in {} less that in {}", cells[0], cells[1]);
  std::string text = "over";
  for (std::size_t i = 0; i < contrast.size(); ++i) {
    const double value = contrast[i].coefficient;
    if (i > 0) text += value < 0 ? " −" : " +";
    text += fmt::format(" {}{} {}", i == 0 && value < 0 ? "−" : "", std::abs(value), contrast[i].cell);
  }
  return text;
}

/// "in gru+ln is larger than in gru and in mlp": one cell against others; empty if the claim is not of that
/// form.
std::string comparison_of_cells(const Claim& claim) {
  if (claim.bound) return {};
  std::string first;
  std::vector<std::string> others;
  for (const auto& contrast : claim.contrasts) {
    const auto cells = pair_of(contrast);
    if (cells.empty() || (!first.empty() && cells[0] != first)) return {};
    first = cells[0];
    others.push_back("in " + cells[1]);
  }
  const auto list = list_text(others);
  if (claim.side == ClaimSide::larger) return fmt::format("in {} is larger than {}", first, list);
  if (claim.side == ClaimSide::smaller) return fmt::format("in {} is smaller than {}", first, list);
  return fmt::format("in {} is the same as {}, which can be contradicted, not confirmed", first, list);
}

std::string sentence(std::string text) {
  text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text + ".";
}

}  // namespace

std::string tested_text(const Claim& claim) {
  if (!claim.effect.empty()) {
    std::vector<std::string> factors;
    for (const auto& factor : claim.effect) factors.push_back(factor_label(factor));
    return sentence(fmt::format("the {} of {} on {} {}", factors.size() == 1 ? "main effect" : "interaction",
                                list_text(factors), quantity(claim), relation(claim)));
  }
  if (claim.noise_floor) {
    return sentence(fmt::format("{} in the noise floor's cell under its seeds less that under the study's {}",
                                quantity(claim), relation(claim)));
  }
  if (claim.contrasts.empty()) return {};
  if (const auto text = comparison_of_cells(claim); !text.empty())
    return sentence(fmt::format("{} {}", quantity(claim), text));
  std::vector<std::string> places;
  for (const auto& contrast : claim.contrasts) places.push_back(place(contrast));
  return sentence(fmt::format("{} {} {}", quantity(claim), list_text(places), relation(claim)));
}

}  // namespace windhover::analysis
