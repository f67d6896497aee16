#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "windhover/core/described.hpp"

/// audit.json: what was compared before anything was trained, and what was seen.
namespace windhover::record {

/// A tensor of a network.
struct AuditedLayer {
  std::string name = {};
  std::vector<int> shape = {};

  friend bool operator==(const AuditedLayer&, const AuditedLayer&) = default;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("shape", self.shape);
  }
};

struct AuditedCell {
  std::string id = {};
  std::string configuration = {};  ///< its hash
  std::vector<AuditedLayer> layers = {};
  std::uint64_t parameters = 0;
  std::vector<double> output = {};             ///< of the fresh network, on a fixed input
  std::optional<std::string> probe = {};       ///< digest of a short run, where a factor needs it
  std::optional<std::string> long_probe = {};  ///< of a longer one, where the short one shows no difference

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("id", self.id);
    visit("configuration", self.configuration);
    visit("layers", self.layers);
    visit("parameters", self.parameters);
    visit("output", self.output);
    visit.maybe("probe", self.probe);
    visit.maybe("long_probe", self.long_probe);
  }
};

struct AuditedCellPair {
  std::vector<std::string> cells = {};      ///< two ids
  std::vector<std::string> factors = {};    ///< in which they differ
  std::map<std::string, bool> checks = {};  ///< what was compared, and whether it differs
  bool different = false;                   ///< all of it does

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("cells", self.cells);
    visit("factors", self.factors);
    visit("checks", self.checks);
    visit("different", self.different);
  }
};

struct AuditedSeed {
  std::uint64_t seed = 0;
  std::string initial_parameters = {};                  ///< digest
  std::map<std::string, std::string> first_draws = {};  ///< digest, by purpose

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("seed", self.seed);
    visit("initial_parameters", self.initial_parameters);
    visit("first_draws", self.first_draws);
  }
};

struct AuditedSeedPair {
  std::vector<std::uint64_t> seeds = {};  ///< two
  bool different = false;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("seeds", self.seeds);
    visit("different", self.different);
  }
};

/// What an environment says of conditions that mean less than they seem to, and of which cells.
struct ConditionWarning {
  std::string text = {};                ///< a sentence
  std::vector<std::string> cells = {};  ///< ids, in the study's order

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("text", self.text);
    visit("cells", self.cells);
  }
};

struct Audit {
  bool passed = false;
  std::vector<std::string> reasons = {};  ///< sentences; empty if it was passed
  std::vector<AuditedCell> cells = {};
  std::vector<AuditedCellPair> cell_pairs = {};
  std::vector<AuditedSeed> seeds = {};
  std::vector<AuditedSeedPair> seed_pairs = {};
  std::vector<ConditionWarning> warnings = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("passed", self.passed);
    visit("reasons", self.reasons);
    visit("cells", self.cells);
    visit("cell_pairs", self.cell_pairs);
    visit("seeds", self.seeds);
    visit("seed_pairs", self.seed_pairs);
    visit("warnings", self.warnings);
  }
};

}  // namespace windhover::record
