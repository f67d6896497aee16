#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "windhover/analysis/results/statistics.hpp"
#include "windhover/analysis/results/study.hpp"

namespace windhover::analysis {

/// The name and version of a comparison's form.
inline constexpr const char* comparison_schema = "windhover-comparison/2";

struct ComparedStudy {
  std::string folder = {};  ///< empty where the study was not read from one
  std::string name = {};
  std::string environment = {};
  std::string profile = {};
  std::string preset = {};
  bool quick = false;
  std::optional<std::string> build = {};  ///< as the manifest has it, in words
  StudyDigest digest = {};
  std::vector<std::uint64_t> seeds = {};
  std::size_t runs_finished = 0;
  std::size_t runs_failed = 0;
  std::size_t runs_expected = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("folder", self.folder);
    visit("name", self.name);
    visit("environment", self.environment);
    visit("profile", self.profile);
    visit("preset", self.preset);
    visit("quick", self.quick);
    visit("build", self.build);
    visit.inlined(self.digest);
    visit("seeds", self.seeds);
    visit("runs_finished", self.runs_finished);
    visit("runs_failed", self.runs_failed);
    visit("runs_expected", self.runs_expected);
  }
};

struct ComparedStudies {
  ComparedStudy first = {};
  ComparedStudy second = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("first", self.first);
    visit("second", self.second);
  }
};

/// What one study has and the other has not.
struct OnlyIn {
  std::vector<std::string> cells = {};
  std::vector<std::string> arms = {};
  std::vector<std::uint64_t> seeds = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("cells", self.cells);
    visit("arms", self.arms);
    visit("seeds", self.seeds);
  }
};

/// A setting of the effective configurations; null where a study has no such key.
struct SettingDifference {
  std::string key = {};
  Json first = {};
  Json second = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("key", self.key);
    visit("first", self.first);
    visit("second", self.second);
  }
};

/// One number of one cell in both studies.
struct ComparedScore {
  std::string cell = {};
  ActionChoice actions = ActionChoice::greedy;
  SeedMean first = {};
  SeedMean second = {};
  std::vector<std::uint64_t> seeds = {};  ///< that both finished
  std::vector<double> seed_values = {};
  Contrast difference = {};  ///< second less first

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("cell", self.cell);
    visit("actions", self.actions);
    visit("first", self.first);
    visit("second", self.second);
    visit("seeds", self.seeds);
    visit("seed_values", self.seed_values);
    visit("difference", self.difference);
  }
};

/// The mean of an arm.
struct ArmComparison {
  std::string arm = {};
  ComparedScore score = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("arm", self.arm);
    visit.inlined(self.score);
  }
};

/// The first arm less the second.
struct GapComparison {
  std::vector<std::string> arms = {};
  ComparedScore score = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("arms", self.arms);
    visit.inlined(self.score);
  }
};

/// Two studies side by side.
struct Comparison {
  std::string schema = comparison_schema;
  ComparedStudies studies = {};
  std::vector<std::uint64_t> seeds = {};  ///< that both list
  std::string rule = {};
  OnlyIn only_in_first = {};
  OnlyIn only_in_second = {};
  std::vector<SettingDifference> differences = {};
  std::vector<std::string> warnings = {};
  std::vector<ArmComparison> comparisons = {};
  std::vector<GapComparison> gaps = {};  ///< none unless both studies have the gap of the same arms

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("schema", self.schema);
    visit("studies", self.studies);
    visit("seeds", self.seeds);
    visit("rule", self.rule);
    visit("only_in_first", self.only_in_first);
    visit("only_in_second", self.only_in_second);
    visit("differences", self.differences);
    visit("warnings", self.warnings);
    visit("comparisons", self.comparisons);
    visit("gaps", self.gaps);
  }
};

}  // namespace windhover::analysis
