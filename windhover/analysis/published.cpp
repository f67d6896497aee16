#include "windhover/analysis/published.hpp"

#include <array>
#include <vector>

namespace windhover::analysis {
namespace {

constexpr std::array figures = {
    PublishedCell{"gru+ln", true, true, 49.57, 14.35, 38.22, 16.24, 11.35, 29.7, .289, .425, 31.72, 1.25},
    PublishedCell{"gru", true, false, 50.58, 18.27, 39.58, 17.97, 11.00, 27.8, .361, .454, 30.29, 0.00},
    PublishedCell{"mlp+ln", false, true, 52.94, 19.31, 46.76, 10.14, 6.18, 13.2, .365, .217, 32.18, 29.11},
    PublishedCell{"mlp", false, false, 49.59, 14.16, 38.23, 16.28, 11.37, 29.7, .285, .426, 31.60, 1.41},
};

using enum record::ClaimMetric;
using enum record::ClaimSide;
using Contrasts = std::vector<std::vector<record::CellTerm>>;

const std::string both = "gru+ln";
const std::string rnn_only = "gru";
const std::string ln_only = "mlp+ln";
const std::string neither = "mlp";

Contrasts of(const std::string& cell) { return {{{.cell = cell}}}; }

/// A cell less each of the others.
Contrasts against(const std::vector<std::string>& others, const std::string& cell) {
  Contrasts contrasts;
  for (const auto& other : others)
    contrasts.push_back({{.cell = cell, .coefficient = 1}, {.cell = other, .coefficient = -1}});
  return contrasts;
}

const std::vector<PublishedClaim>& claims() {
  static const std::vector<PublishedClaim> all = {
      {.claim = {.id = "C1",
                 .text = "A3C beats Individual by 29.7 % at the baseline.",
                 .metric = gap,
                 .contrasts = of(both),
                 .side = larger},
       .figure = "gap +11.35, 29.7 %"},
      {.claim = {.id = "C2",
                 .text = "The gap is the same with neither component: it is wholly algorithmic.",
                 .metric = gap,
                 .contrasts = against({both}, neither),
                 .side = none},
       .figure = "+11.35 and +11.37"},
      {.claim = {.id = "C3a",
                 .text = "RNN makes Individual's CV 96 % larger.",
                 .metric = cv,
                 .arm = "individual",
                 .contrasts = against({ln_only}, both),
                 .side = larger},
       .figure = ".217 to .425"},
      {.claim = {.id = "C3b",
                 .text = "RNN makes A3C's CV 26 % larger.",
                 .metric = cv,
                 .arm = "a3c",
                 .contrasts = against({ln_only}, both),
                 .side = larger},
       .figure = ".365 to .289, which is smaller"},
      {.claim = {.id = "C3c",
                 .text = "RNN costs Individual 22.3 % of the baseline's mean.",
                 .metric = mean,
                 .arm = "individual",
                 .contrasts = against({ln_only}, both),
                 .side = smaller},
       .figure = "46.76 to 38.22"},
      {.claim = {.id = "C3d",
                 .text = "RNN costs A3C 6.8 % of the baseline's mean.",
                 .metric = mean,
                 .arm = "a3c",
                 .contrasts = against({ln_only}, both),
                 .side = smaller},
       .figure = "52.94 to 49.57"},
      {.claim = {.id = "C4a",
                 .text = "LayerNorm makes A3C's CV 25 % smaller.",
                 .metric = cv,
                 .arm = "a3c",
                 .contrasts = against({rnn_only}, both),
                 .side = smaller},
       .figure = ".361 to .289, which is 20 % smaller"},
      {.claim = {.id = "C4b",
                 .text = "LayerNorm makes Individual's CV 7 % smaller.",
                 .metric = cv,
                 .arm = "individual",
                 .contrasts = against({rnn_only}, both),
                 .side = smaller},
       .figure = ".454 to .425"},
      {.claim = {.id = "C4c",
                 .text = "LayerNorm costs A3C 2 % of the mean.",
                 .metric = mean,
                 .arm = "a3c",
                 .contrasts = against({rnn_only}, both),
                 .side = smaller},
       .figure = "50.58 to 49.57"},
      {.claim = {.id = "C4d",
                 .text = "LayerNorm costs Individual 3.6 % of the mean.",
                 .metric = mean,
                 .arm = "individual",
                 .contrasts = against({rnn_only}, both),
                 .side = smaller},
       .figure = "39.58 to 38.22"},
      {.claim = {.id = "C5a",
                 .text = "LayerNorm only has the highest A3C mean.",
                 .metric = mean,
                 .arm = "a3c",
                 .contrasts = against({both, rnn_only, neither}, ln_only),
                 .side = larger},
       .figure = "52.94"},
      {.claim = {.id = "C5b",
                 .text = "LayerNorm only has the highest Individual mean.",
                 .metric = mean,
                 .arm = "individual",
                 .contrasts = against({both, rnn_only, neither}, ln_only),
                 .side = larger},
       .figure = "46.76"},
      {.claim = {.id = "C5c",
                 .text = "LayerNorm only has the smallest gap, because Individual catches up.",
                 .metric = gap,
                 .contrasts = against({both, rnn_only, neither}, ln_only),
                 .side = smaller},
       .figure = "+6.18, 13.2 %"},
      {.claim = {.id = "C6", .text = "RNN + LayerNorm has the best ratio of worst cases."},
       .figure = "25; its own table has an infinite one for RNN only",
       .untested = "Nothing: a ratio of two minima has no paired t. The ratios stand in the table of the "
                   "published metrics."},
      {.claim = {.id = "C7",
                 .text = "Without both components 4 of 5 seeds collapse to one action.",
                 .metric = collapse,
                 .arm = "a3c",
                 .contrasts = against({both}, neither),
                 .side = larger},
       .figure = "4 of 5 seeds"},
      {.claim = {.id = "C8",
                 .text = "Attributions, since withdrawn by their author: RNN 55.5 % of the gap, LayerNorm "
                         "6.4 %, worker diversity 92 %."},
       .figure = "+16.5 pp, +1.9 pp",
       .untested = "Nothing: shares of a difference that need not add up are not defined. Main effects and "
                   "interaction stand in their place."},
      {.claim = {.id = "C9",
                 .text = "Recommendation: both for research and reliability, LayerNorm only for performance, "
                         "neither never.",
                 .metric = mean,
                 .arm = "a3c",
                 .contrasts = against({both, rnn_only, ln_only}, neither),
                 .side = smaller},
       .figure = "49.59 with neither"},
  };
  return all;
}

}  // namespace

std::span<const PublishedCell> published_cells() { return figures; }

std::span<const PublishedClaim> published_claims() { return claims(); }

}  // namespace windhover::analysis
