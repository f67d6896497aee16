#include "windhover/study/merge.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "windhover/core/first_few.hpp"
#include "windhover/record/identity.hpp"
#include "windhover/study/ownership.hpp"
#include "windhover/study/run_index.hpp"

namespace windhover::study {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t named_runs = 4;

std::string quoted(const Folder& folder) { return fmt::format("'{}'", folder.path().string()); }

class PartsReader {
 public:
  PartsReader(bool accept_builds, const Watch& watch) : accept_builds_(accept_builds), watch_(watch) {}

  Result<Parts> read(const std::vector<fs::path>& folders) {
    for (const auto& path : folders) WINDHOVER_RETURN_IF_ERROR(add(path));
    WINDHOVER_RETURN_IF_ERROR(check_runs());
    for (const auto& run : runs_of(parts_.plan)) {
      const auto identity = record::identity_of(run_configuration(parts_.plan, run), record::Scope::whole);
      if (!identities_.contains(identity)) parts_.missing.push_back(run.id.folder().generic_string());
    }
    return std::move(parts_);
  }

 private:
  Result<void> add(const fs::path& path) {
    const Folder folder(path);
    WINDHOVER_RETURN_IF_ERROR(require_marker(folder));
    for (const auto& other : folders_) {
      std::error_code ignored;
      if (fs::equivalent(other.path(), path, ignored))
        return usage_error(fmt::format("{} and {} are one folder", quoted(other), quoted(folder)));
    }
    auto header = record::read_study_header(folder);
    if (!header) return Failure(header.error());
    if (folders_.empty()) {
      auto plan = plan_of_folder(folder);
      if (!plan) return Failure(plan.error());
      parts_.plan = *std::move(plan);
    } else {
      WINDHOVER_RETURN_IF_ERROR(check_same_plan(folder, *header));
    }
    auto kept = kept_runs(folder, watch_);
    if (!kept) return Failure(kept.error());
    note_damaged(folder, *kept);
    kept_.insert(kept_.end(), kept->begin(), kept->end());
    folders_.push_back(folder);
    return {};
  }

  [[nodiscard]] Result<void> check_same_plan(const Folder& folder, const record::Study& study) const {
    auto lines = differences(study.config, parts_.plan.study.config);
    if (study.quick != parts_.plan.study.quick) lines.emplace_back("--quick");
    if (lines.empty()) return {};
    return usage_error(fmt::format(
        "{} and {} are not of one study. The difference (here the second, 'now' the first):\n  {}",
        quoted(folders_.front()), quoted(folder), fmt::join(lines, "\n  ")));
  }

  void note_damaged(const Folder& folder, const std::vector<KeptRun>& kept) {
    for (const auto& run : runs_of(parts_.plan)) {
      const auto place = run.id.place();
      if (record::run_exists(folder, run.id) && std::ranges::find(kept, place, &KeptRun::place) == kept.end())
        parts_.notes.push_back(fmt::format("{}: damaged, not taken", folder.path_of(place).string()));
    }
  }

  Result<void> check_runs() {
    std::optional<record::Build> build;
    std::vector<std::string> twice;
    for (const auto& kept : kept_) {
      const auto& summary = kept.run.summary;
      const auto path = kept.folder().path().string();
      if (summary.semantics != record::semantics) {
        return usage_error(
            fmt::format("'{}' was made with semantics {}, and this is windhover with semantics {}: results "
                        "of the two are "
                        "not those of one study",
                        path, summary.semantics, record::semantics));
      }
      for (const auto& provenance : summary.provenance) {
        if (!build) build = provenance.build;
        if (accept_builds_ || record::is_same_program(*build, provenance.build)) continue;
        return usage_error(
            fmt::format("'{}' was made by windhover {}, and others by windhover {}; give --accept-build to "
                        "merge them all "
                        "the same, which the report tells",
                        path, record::build_text(provenance.build), record::build_text(*build)));
      }
      if (identities_.insert(kept.identities.whole).second) continue;
      twice.push_back(kept.run.id.folder().generic_string());
    }
    WINDHOVER_RETURN_IF_ERROR(check_digests(kept_));
    if (!twice.empty())
      parts_.notes.push_back("in several folders, with the same digest: " + first_few(twice, named_runs));
    return {};
  }

  bool accept_builds_;
  const Watch& watch_;
  Parts parts_;
  std::vector<Folder> folders_;
  std::vector<KeptRun> kept_;
  std::set<std::string> identities_;  ///< of these
};

}  // namespace

Result<Plan> plan_of_folder(const Folder& out) {
  const auto header = record::read_study_header(out);
  if (!header) return Failure(header.error());
  const auto text = out.read("study.toml");
  if (!text) return Failure(text.error());
  const auto document = Document::parse(*text, out.path_of("study.toml").string());
  if (!document) return Failure(document.error());
  auto plan = make_plan(*document, false);
  if (!plan) return plan;
  plan->study.quick = header->quick;  // its values are the shortened ones already
  if (const auto lines = differences(header->config, plan->study.config); !lines.empty()) {
    return failure(fmt::format("'{}': its study.toml means something else to this version:\n  {}",
                               out.path().string(), fmt::join(lines, "\n  ")));
  }
  return plan;
}

Result<Parts> read_parts(const std::vector<fs::path>& folders, bool accept_builds, const Watch& watch) {
  return PartsReader(accept_builds, watch).read(folders);
}

}  // namespace windhover::study
