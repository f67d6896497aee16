#pragma once

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/core/temporary_folder.hpp"
#include "windhover/study/observer.hpp"
#include "windhover/study/plan.hpp"

/// What the tests of this folder share.
namespace windhover::study::testing {

/// A study that takes a fraction of a second.
inline constexpr const char* tiny_study = R"(
name = "tiny"
seeds = [1, 2]
[factors]
recurrent = [true, false]
[learner]
hidden = 8
[training]
workers = 2
episodes = 6
[evaluation]
velocities = [5, 50]
episodes = 2
)";

/// As small, in the T-maze: there is no search, no bound and no long episode, so that tests of files and
/// phases take a tenth of the time.
inline constexpr const char* tiny_maze_study = R"(
name = "tiny"
environment = "t-maze"
seeds = [1, 2]
[factors]
recurrent = [true, false]
[learner]
hidden = 8
[training]
workers = 2
episodes = 6
[evaluation]
episodes = 2
)";

/// The plan of a study file's text after some `--set`s; the test fails if there is none.
inline Result<Plan> plan_of(const std::string& text, const std::vector<std::string>& overrides = {},
                            bool quick = false) {
  auto document = Document::parse(text, "study.toml");
  if (!document) return Failure(document.error());
  WINDHOVER_RETURN_IF_ERROR(document->override_with(overrides));
  return make_plan(*document, quick);
}

/// The message of the error that the text is refused with; "accepted" if it is not.
inline std::string refusal_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
  const auto plan = plan_of(text, overrides);
  return plan ? "accepted" : plan.error().message;
}

/// What a study file is to be refused for.
struct RefusedStudy {
  std::string text;                ///< after a line with the name
  std::vector<std::string> parts;  ///< of the message
};

inline void expect_refused(const RefusedStudy& study) {
  const auto message = refusal_of("name = 'x'\n" + study.text);
  for (const auto& part : study.parts) EXPECT_THAT(message, ::testing::HasSubstr(part));
}

/// Remembers what it was told.
class RecordingObserver final : public Observer {
 public:
  void note(std::string_view text) override { notes += std::string(text) + "\n"; }
  void progress(const Progress& progress) override { last = progress; }

  std::string notes;
  Progress last;
};

}  // namespace windhover::study::testing
