#include "windhover/record/identity.hpp"

#include "windhover/core/described.hpp"
#include "windhover/core/digest.hpp"

namespace windhover::record {

std::string identity_of(const RunConfig& config, Scope scope, int run_semantics) {
  auto training = config.training;
  if (scope == Scope::without_budget) {
    training.episodes.reset();
    training.steps.reset();
  }
  Json effective = {{"semantics", run_semantics}, {"arm", config.id.arm},
                    {"seed", config.id.seed},     {"environment", config.environment},
                    {"profile", config.profile},  {"environment_fields", config.environment_fields},
                    {"learner", config.learner},  {"training", described::to_json(training)}};
  if (scope == Scope::whole) effective["evaluation"] = described::to_json(config.evaluation);
  return digest_of(effective.dump());
}

Identities identities_of(const RunConfig& config, int run_semantics) {
  return {.whole = identity_of(config, Scope::whole, run_semantics),
          .training = identity_of(config, Scope::training, run_semantics),
          .without_budget = identity_of(config, Scope::without_budget, run_semantics)};
}

}  // namespace windhover::record
