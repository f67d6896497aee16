#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "windhover/analysis/results/statistics.hpp"
#include "windhover/record/level.hpp"
#include "windhover/record/provenance.hpp"

namespace windhover::analysis {

struct FactorLevels {
  std::string name = {};
  std::vector<record::Level> levels = {};  ///< the reference level first

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("levels", self.levels);
  }
};

struct IncompleteRun {
  std::string cell = {};
  std::string arm = {};
  std::uint64_t seed = 0;
  std::optional<std::string> diagnosis = {};  ///< of a failed one

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("cell", self.cell);
    visit("arm", self.arm);
    visit("seed", self.seed);
    visit.maybe("diagnosis", self.diagnosis);
  }
};

struct RunCounts {
  std::size_t expected = 0;
  std::size_t finished = 0;
  std::vector<IncompleteRun> failed = {};
  std::vector<IncompleteRun> missing = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("expected", self.expected);
    visit("finished", self.finished);
    visit("failed", self.failed);
    visit("missing", self.missing);
  }
};

/// A program on a machine, and how many of the study's runs it made, or had a part in.
struct RunsBy {
  record::Provenance provenance = {};
  std::size_t runs = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit.inlined(self.provenance);
    visit("runs", self.runs);
  }
};

/// The digest of the runs that are there, or why it does not stand for the study.
struct StudyDigest {
  std::optional<std::string> digest = {};
  std::string digest_note = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("digest", self.digest);
    visit("digest_note", self.digest_note);
  }
};

/// A sentence of the summary, and which of the statements it is; none if it judges nothing.
struct SummarySentence {
  std::string text = {};
  std::optional<std::size_t> statement = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("text", self.text);
    visit("statement", self.statement);
  }
};

/// The results in words.
struct SummarySentences {
  std::string asked = {};
  std::vector<std::string> alerts = {};
  std::optional<std::string> quick = {};
  std::vector<SummarySentence> found = {};        ///< what survives adjustment, and facts
  std::vector<SummarySentence> second_look = {};  ///< what unadjusted intervals suggest
  std::vector<std::string> certainty = {};
  std::vector<std::string> beats = {};
  std::vector<std::string> warnings = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("asked", self.asked);
    visit("alerts", self.alerts);
    visit("quick", self.quick);
    visit("found", self.found);
    visit("second_look", self.second_look);
    visit("certainty", self.certainty);
    visit("beats", self.beats);
    visit("warnings", self.warnings);
  }
};

}  // namespace windhover::analysis
