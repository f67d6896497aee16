#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "windhover/analysis/results/cells.hpp"
#include "windhover/analysis/results/claims.hpp"
#include "windhover/analysis/results/curves.hpp"
#include "windhover/analysis/results/effects.hpp"
#include "windhover/analysis/results/policies.hpp"
#include "windhover/analysis/results/statements.hpp"
#include "windhover/analysis/results/statistics.hpp"
#include "windhover/analysis/results/study.hpp"
#include "windhover/analysis/results/verdicts.hpp"
#include "windhover/core/condition.hpp"
#include "windhover/core/result.hpp"
#include "windhover/record/audit.hpp"
#include "windhover/record/baselines.hpp"
#include "windhover/record/manifest.hpp"

namespace windhover::analysis {

/// The name and version of the results' form.
inline constexpr const char* results_schema = "windhover-results/2";

struct EnvironmentResults;

/// Everything that the analysis found and that the report shows. docs/results-schema.md says what each member
/// means.
struct Results {
  std::string schema = results_schema;
  std::string name = {};
  std::string environment = {};
  std::string profile = {};
  std::string preset = {};
  bool quick = false;
  std::vector<std::uint64_t> seeds = {};
  std::vector<std::string> arms = {};
  std::vector<FactorLevels> factors = {};
  bool full_factorial = false;
  ActionChoice primary = ActionChoice::greedy;
  bool sampled_first = false;
  std::vector<std::string> action_names = {};
  std::optional<Condition> condition = {};  ///< none in an environment that varies nothing
  std::vector<double> conditions = {};
  RunCounts runs = {};
  StudyDigest digest = {};
  double wall_seconds = not_a_number;
  double cpu_seconds = not_a_number;
  std::optional<record::Build> build = {};
  std::optional<record::Machine> machine = {};
  std::vector<RunsBy> made_by = {};
  std::optional<record::Audit> audit = {};
  std::optional<record::Baselines> baselines = {};
  SummarySentences summary = {};
  std::vector<CellResults> cells = {};
  std::optional<ArmChain> arm_chain = {};
  std::vector<ModelCollapse> collapse = {};
  Effects effects = {};
  std::optional<NoiseFloor> noise_floor = {};
  std::vector<Statement> statements = {};
  std::vector<TestFamily> families = {};
  ByChoice<std::vector<ArmAnova>> anova = {};
  PerformanceProfiles performance_profiles = {};
  std::vector<VelocityCurve> velocity_curves = {};
  std::vector<ActionCurve> action_curves = {};
  std::vector<TrainingCurve> training_curves = {};
  Policies policies = {};
  std::vector<BestFor> best_for = {};
  std::vector<Recommendation> recommendations = {};
  Claims claims = {};
  std::vector<EnvironmentResults> environments;  ///< the parts of a study that has several

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit);
};

/// The complete results of one part.
struct EnvironmentResults {
  std::string name = {};
  std::string environment = {};
  std::string profile = {};
  Results results;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("environment", self.environment);
    visit("profile", self.profile);
    visit("results", self.results);
  }
};

template <class Self, class Visit>
void Results::describe(Self& self, Visit& visit) {
  visit("schema", self.schema);
  visit("name", self.name);
  visit("environment", self.environment);
  visit("profile", self.profile);
  visit("preset", self.preset);
  visit("quick", self.quick);
  visit("seeds", self.seeds);
  visit("arms", self.arms);
  visit("factors", self.factors);
  visit("full_factorial", self.full_factorial);
  visit("primary", self.primary);
  visit("sampled_first", self.sampled_first);
  visit("action_names", self.action_names);
  visit("condition", self.condition);
  visit("conditions", self.conditions);
  visit("runs", self.runs);
  visit.inlined(self.digest);
  visit("wall_seconds", self.wall_seconds);
  visit("cpu_seconds", self.cpu_seconds);
  visit("build", self.build);
  visit("machine", self.machine);
  visit("made_by", self.made_by);
  visit("audit", self.audit);
  visit("baselines", self.baselines);
  visit("summary", self.summary);
  visit.if_any("environments", self.environments);
  visit("cells", self.cells);
  if (self.environments.empty()) visit("arm_chain", self.arm_chain);  // a chain is within one environment
  visit("collapse", self.collapse);
  visit("effects", self.effects);
  visit("noise_floor", self.noise_floor);
  visit("statements", self.statements);
  visit("families", self.families);
  visit("anova", self.anova);
  visit("performance_profiles", self.performance_profiles);
  visit("velocity_curves", self.velocity_curves);
  visit("action_curves", self.action_curves);
  visit("training_curves", self.training_curves);
  visit("policies", self.policies);
  visit("best_for", self.best_for);
  visit("recommendations", self.recommendations);
  visit("claims", self.claims);
}

/// results.json as a document, and back. Errors name the place: a key that is missing or not of the schema, a
/// value of another type, another schema.
[[nodiscard]] Json to_json(const Results& results);
[[nodiscard]] Result<Results> results_from_json(const Json& json);

}  // namespace windhover::analysis
