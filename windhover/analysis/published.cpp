#include "windhover/analysis/published.hpp"

#include <array>

namespace windhover::analysis {
namespace {

constexpr std::array figures = {
    PublishedCell{"gru+ln", true, true, 49.57, 14.35, 38.22, 16.24, 11.35, 29.7, .289, .425, 31.72, 1.25},
    PublishedCell{"gru", true, false, 50.58, 18.27, 39.58, 17.97, 11.00, 27.8, .361, .454, 30.29, 0.00},
    PublishedCell{"mlp+ln", false, true, 52.94, 19.31, 46.76, 10.14, 6.18, 13.2, .365, .217, 32.18, 29.11},
    PublishedCell{"mlp", false, false, 49.59, 14.16, 38.23, 16.28, 11.37, 29.7, .285, .426, 31.60, 1.41},
};

using enum ClaimCell;

constexpr std::array against_both = {both};
constexpr std::array against_rnn_only = {rnn_only};
constexpr std::array against_ln_only = {ln_only};
constexpr std::array all_but_ln_only = {both, rnn_only, neither};
constexpr std::array all_but_neither = {both, rnn_only, ln_only};

constexpr std::array claims = {
    PublishedClaim{"C1",
                   "A3C beats Individual by 29.7 % at the baseline.",
                   "gap +11.35, 29.7 %",
                   "The gap with both components is above 0.",
                   ClaimMeasure::gap,
                   ClaimSign::larger,
                   both,
                   {}},
    PublishedClaim{"C2", "The gap is the same with neither component: it is wholly algorithmic.",
                   "+11.35 and +11.37",
                   "The gap with neither is that with both. Equality can be contradicted, not confirmed.",
                   ClaimMeasure::gap, ClaimSign::equal, neither, against_both},
    PublishedClaim{"C3a", "RNN makes Individual's CV 96 % larger.", ".217 to .425",
                   "Individual's CV with both is above that with LayerNorm only.",
                   ClaimMeasure::individual_cv, ClaimSign::larger, both, against_ln_only},
    PublishedClaim{"C3b", "RNN makes A3C's CV 26 % larger.", ".365 to .289, which is smaller",
                   "A3C's CV with both is above that with LayerNorm only.", ClaimMeasure::a3c_cv,
                   ClaimSign::larger, both, against_ln_only},
    PublishedClaim{"C3c", "RNN costs Individual 22.3 % of the baseline's mean.", "46.76 to 38.22",
                   "Individual's mean with both is below that with LayerNorm only.",
                   ClaimMeasure::individual_mean, ClaimSign::smaller, both, against_ln_only},
    PublishedClaim{"C3d", "RNN costs A3C 6.8 % of the baseline's mean.", "52.94 to 49.57",
                   "A3C's mean with both is below that with LayerNorm only.", ClaimMeasure::a3c_mean,
                   ClaimSign::smaller, both, against_ln_only},
    PublishedClaim{"C4a", "LayerNorm makes A3C's CV 25 % smaller.", ".361 to .289, which is 20 % smaller",
                   "A3C's CV with both is below that with RNN only.", ClaimMeasure::a3c_cv,
                   ClaimSign::smaller, both, against_rnn_only},
    PublishedClaim{"C4b", "LayerNorm makes Individual's CV 7 % smaller.", ".454 to .425",
                   "Individual's CV with both is below that with RNN only.", ClaimMeasure::individual_cv,
                   ClaimSign::smaller, both, against_rnn_only},
    PublishedClaim{"C4c", "LayerNorm costs A3C 2 % of the mean.", "50.58 to 49.57",
                   "A3C's mean with both is below that with RNN only.", ClaimMeasure::a3c_mean,
                   ClaimSign::smaller, both, against_rnn_only},
    PublishedClaim{"C4d", "LayerNorm costs Individual 3.6 % of the mean.", "39.58 to 38.22",
                   "Individual's mean with both is below that with RNN only.", ClaimMeasure::individual_mean,
                   ClaimSign::smaller, both, against_rnn_only},
    PublishedClaim{"C5a", "LayerNorm only has the highest A3C mean.", "52.94",
                   "A3C's mean with LayerNorm only is above each other cell's.", ClaimMeasure::a3c_mean,
                   ClaimSign::larger, ln_only, all_but_ln_only},
    PublishedClaim{"C5b", "LayerNorm only has the highest Individual mean.", "46.76",
                   "Individual's mean with LayerNorm only is above each other cell's.",
                   ClaimMeasure::individual_mean, ClaimSign::larger, ln_only, all_but_ln_only},
    PublishedClaim{"C5c", "LayerNorm only has the smallest gap, because Individual catches up.",
                   "+6.18, 13.2 %", "The gap with LayerNorm only is below each other cell's.",
                   ClaimMeasure::gap, ClaimSign::smaller, ln_only, all_but_ln_only},
    PublishedClaim{"C6", "RNN + LayerNorm has the best ratio of worst cases.",
                   "25; its own table has an infinite one for RNN only",
                   "Nothing: a ratio of two minima has no paired t. The ratios stand in the table of the "
                   "published metrics."},
    PublishedClaim{"C7", "Without both components 4 of 5 seeds collapse to one action.", "4 of 5 seeds",
                   "The share of A3C's models that collapse greedily is larger with neither than with both.",
                   ClaimMeasure::a3c_collapse, ClaimSign::larger, neither, against_both},
    PublishedClaim{"C8",
                   "Attributions, since withdrawn by their author: RNN 55.5 % of the gap, LayerNorm 6.4 %, "
                   "worker diversity 92 %.",
                   "+16.5 pp, +1.9 pp",
                   "Nothing: shares of a difference that need not add up are not defined. Main effects and "
                   "interaction stand in their "
                   "place."},
    PublishedClaim{
        "C9",
        "Recommendation: both for research and reliability, LayerNorm only for performance, neither never.",
        "49.59 with neither", "A3C's mean with neither is below each other cell's.", ClaimMeasure::a3c_mean,
        ClaimSign::smaller, neither, all_but_neither},
};

}  // namespace

std::span<const PublishedCell> published_cells() { return figures; }

std::span<const PublishedClaim> published_claims() { return claims; }

}  // namespace windhover::analysis
