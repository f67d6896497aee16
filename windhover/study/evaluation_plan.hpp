#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "windhover/nn/checkpoint.hpp"
#include "windhover/rl/evaluation.hpp"
#include "windhover/study/document.hpp"
#include "windhover/study/settings.hpp"

/// How one model, or a policy that needs no learning, is evaluated outside of a study: as the run that made
/// it was, or as the command line asks. Both are in the form of a study file.
namespace windhover::study {

/// What the command line asks of an evaluation.
struct EvaluationRequest {
  Document keys;  ///< those of a study file that are given, by options or by --set
  std::optional<std::uint64_t> seed = {};
};

/// Everything settled.
struct EvaluationPlan {
  Basis basis;
  env::Configuration environment;
  int workers = 0;
  EvaluationSettings evaluation;
  std::uint64_t seed = 0;

  [[nodiscard]] rl::EvaluationSetup setup() const;
};

/// What a model's metadata says of its run: the keys of a cell in the study file's form, with `seed`. Empty
/// if it says nothing. `file` names it in messages. Errors: a `config` that is not a JSON object; a cell's
/// key that has another name or type is refused by plan_evaluation.
[[nodiscard]] Result<Document> origin_of(const nn::Metadata& metadata, const std::string& file);

/// The seed that is asked for, else the own, else 42. Error: an own one that is none.
[[nodiscard]] Result<std::uint64_t> seed_of(std::optional<std::uint64_t> requested, const Document& own);

/// The request, completed by `own`, and by what a study file has by default. Another environment than the
/// own leaves out its profile, fields and conditions, another profile its fields. Errors as for a study file,
/// and a key that plays no part in an evaluation.
[[nodiscard]] Result<EvaluationPlan> plan_evaluation(const EvaluationRequest& request, const Document& own);

/// For a person, a line each: what was taken from the model, or assumed of one that says nothing of its run,
/// and what the request changes: "--velocities 5: the model's own are 5, 10".
[[nodiscard]] std::vector<std::string> sources_of(const EvaluationPlan& plan,
                                                  const EvaluationRequest& request, const Document& own);

}  // namespace windhover::study
