#pragma once

#include <string>
#include <string_view>
#include <vector>

/// By what a result was made.
namespace windhover::record {

/// Raised whenever the same configuration gives other bits than before, so that what was made before is not
/// taken for what would be made now. study/semantics_test.cpp holds it against the digests of small runs.
inline constexpr int semantics = 1;

/// How the program was built, and from which sources.
struct Build {
  std::string version = {};          ///< "0.2.0"
  std::string revision = {};         ///< of the repository, "6565713"; empty if it was built outside of one
  bool modified = false;             ///< sources that are not those of the revision
  std::string sources = {};          ///< a hash of the sources themselves, 12 digits
  std::string compiler = {};         ///< "gcc 12.2.0"
  std::string type = {};             ///< "release"
  std::string flags = {};            ///< of the compiler, where they differ from file to file of the hot ones
  std::string instruction_set = {};  ///< in use; changes no result

  friend bool operator==(const Build&, const Build&) = default;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("version", self.version);
    visit("revision", self.revision);
    visit("modified", self.modified);
    visit("sources", self.sources);
    visit("compiler", self.compiler);
    visit("type", self.type);
    visit("flags", self.flags);
    visit("instruction_set", self.instruction_set);
  }
};

/// Whether both are the same program: a revision may change without a source, and the instruction set is
/// chosen at the start.
[[nodiscard]] inline bool is_same_program(const Build& a, const Build& b) {
  return a.version == b.version && a.sources == b.sources && a.compiler == b.compiler && a.type == b.type &&
         a.flags == b.flags;
}

/// "revision 6565713", "revision 6565713 modified, sources 3fa2b1c9d012" or "sources 3fa2b1c9d012".
[[nodiscard]] std::string revision_text(const Build& build);

/// "0.2.0 (revision 6565713, gcc 12.2.0, release)"
[[nodiscard]] std::string build_text(const Build& build);

/// What it ran on.
struct Machine {
  std::string system = {};
  std::string processor = {};
  unsigned threads = 0;

  friend bool operator==(const Machine&, const Machine&) = default;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("system", self.system);
    visit("processor", self.processor);
    visit("threads", self.threads);
  }
};

/// A program on a machine.
struct Provenance {
  Build build = {};
  Machine machine = {};

  friend bool operator==(const Provenance&, const Provenance&) = default;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("build", self.build);
    visit("machine", self.machine);
  }
};

}  // namespace windhover::record
