#pragma once

#include <string>

#include "windhover/record/provenance.hpp"
#include "windhover/record/run_config.hpp"

/// What makes a run the run that it is, wherever it lies and whatever its cell is called.
namespace windhover::record {

/// How much of a configuration an identity is about.
enum class Scope {
  whole,          ///< training and evaluation: the same models and the same evaluation rows
  training,       ///< the same models, however they are evaluated
  without_budget  ///< trained alike, however long
};

/// A SHA-256 over arm, seed, environment, learner, training and evaluation as they take effect, and the
/// semantics by which they do: nothing of names, factors, levels and studies.
[[nodiscard]] std::string identity_of(const RunConfig& config, Scope scope, int run_semantics = semantics);

/// The identity of one run in every scope.
struct Identities {
  std::string whole;
  std::string training;
  std::string without_budget;
};
[[nodiscard]] Identities identities_of(const RunConfig& config, int run_semantics = semantics);

}  // namespace windhover::record
