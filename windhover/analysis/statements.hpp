#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/analysis/results/results.hpp"

/// What is said of effects, claims and learners. A judgement is made once, where its entry of the results is
/// made; here it gets its words. Whoever shows an entry names its statement by the functions below, so that a
/// page can be checked against the list.
namespace windhover::analysis {

/// "mean, greedy".
[[nodiscard]] std::string measure_name(std::string_view metric, ActionChoice choice);

// What an entry is called as an effect.

[[nodiscard]] std::string gap_effect(const std::string& cell, const ArmGap& gap);
[[nodiscard]] std::string change_effect(const ChangeResults& change);
[[nodiscard]] std::string link_effect(const std::string& cell, const ArmDifference& difference);
[[nodiscard]] std::string noise_effect(const std::string& cell);
[[nodiscard]] std::string claim_effect(const std::string& id);
[[nodiscard]] std::string published_claim_effect(const std::string& id);
[[nodiscard]] std::string standing_effect(const std::string& cell);

/// The one name of a statement: effect, arm, measure; and the environment where there are several.
[[nodiscard]] std::string statement_key(const std::string& effect, const std::optional<std::string>& arm,
                                        const std::string& measure);
[[nodiscard]] std::string key_in(const std::string& key, const std::string& environment,
                                 const std::string& profile);
[[nodiscard]] std::string key_of(const Statement& statement);

/// Whether it is about what changes the means or the gap, or about the noise in them; not about a spread or a
/// claim.
[[nodiscard]] bool is_about_scores(const Statement& statement);

/// Every statement of results whose entries have been judged, those under the primary choice of actions
/// first.
[[nodiscard]] std::vector<Statement> statements_of(const Results& results);

/// Those of the claims that the study declares.
[[nodiscard]] std::vector<Statement> statements_of_claims(const Results& results);

}  // namespace windhover::analysis
