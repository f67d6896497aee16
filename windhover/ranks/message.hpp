#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "windhover/core/described.hpp"
#include "windhover/core/json_text.hpp"
#include "windhover/core/result.hpp"
#include "windhover/record/manifest.hpp"
#include "windhover/record/provenance.hpp"
#include "windhover/record/run_config.hpp"
#include "windhover/record/run_id.hpp"
#include "windhover/study/observer.hpp"

namespace windhover::described {

template <>
struct Names<study::RunStage> {
  static constexpr std::array all = {
      std::pair{study::RunStage::waiting, "waiting"}, std::pair{study::RunStage::training, "training"},
      std::pair{study::RunStage::evaluating, "evaluating"}, std::pair{study::RunStage::done, "done"}};
};

}  // namespace windhover::described

/// What ranks say to each other. A message is its kind, one struct as JSON, strictly read, and files as they
/// are. Each struct below names the kind that it stands in, and the files that go with it.
namespace windhover::ranks {

enum class Kind : std::uint8_t {
  // from rank 0
  study = 1,
  begin,
  state_kept,
  stop,
  end,
  // to rank 0
  hello,
  state,
  progress,
  finished,
  stopped,
  failed,
  note,
  signal,
  farewell,
};
inline constexpr Kind last_kind = Kind::farewell;

/// A program, so that two that are not the same are known.
struct Program {
  record::Build build = {};
  std::string sha256 = {};  ///< of the program's file
  std::string host = {};    ///< where it runs

  /// "windhover 0.2.0 (revision 6565713, gcc 12.2.0, release), program 1a2b3c4d5e6f, on node-3".
  [[nodiscard]] std::string text() const;
  /// On whatever host.
  [[nodiscard]] bool same_as(const Program& other) const;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("build", self.build);
    visit("sha256", self.sha256);
    visit("host", self.host);
  }
};

/// What the study is. File: the study file.
struct StudyMessage {
  static constexpr Kind kind = Kind::study;
  std::string origin = {};  ///< what the study file is called
  std::vector<std::string> overrides = {};
  bool quick = false;
  std::string digest = {};  ///< of the plan that rank 0 made of it
  double save_interval = 0;
  double progress_interval = 0;  ///< seconds between two messages of progress from one rank
  Program program = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("origin", self.origin);
    visit("overrides", self.overrides);
    visit("quick", self.quick);
    visit("digest", self.digest);
    visit("save_interval", self.save_interval);
    visit("progress_interval", self.progress_interval);
    visit("program", self.program);
  }
};

/// The answer to it.
struct HelloMessage {
  static constexpr Kind kind = Kind::hello;
  Program program = {};
  int threads = 0;
  std::string digest = {};
  std::string error = {};  ///< why there is no plan; empty if there is one

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("program", self.program);
    visit("threads", self.threads);
    visit("digest", self.digest);
    visit("error", self.error);
  }
};

/// A state to keep. File: it, as its file is (study::state_content).
struct StateMessage {
  static constexpr Kind kind = Kind::state;
  record::RunId id = {};
  bool flush = true;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit.inlined(self.id);
    visit("flush", self.flush);
  }
};

/// A run that finished or failed. Files: training.csv, evaluation.csv, and those of its models.
struct FinishedMessage {
  static constexpr Kind kind = Kind::finished;
  record::RunConfig config = {};  ///< its id too
  record::RunSummary summary = {};
  std::vector<std::string> files = {};  ///< names of the latter

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("config", self.config);
    visit("summary", self.summary);
    visit("files", self.files);
  }
};

/// A message about a run that needs no more than its name.
template <Kind which>
struct RunMessage {
  static constexpr Kind kind = which;
  record::RunId id = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit.inlined(self.id);
  }
};
/// A run to begin. File: the state to go on from, if there is one, as its file is.
using BeginMessage = RunMessage<Kind::begin>;
using StateKeptMessage = RunMessage<Kind::state_kept>;
using StoppedMessage = RunMessage<Kind::stopped>;

/// A run that ended with an error.
struct FailedMessage {
  static constexpr Kind kind = Kind::failed;
  record::RunId id = {};
  std::string error = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit.inlined(self.id);
    visit("error", self.error);
  }
};

/// How far the runs of a rank have come.
struct ProgressMessage {
  static constexpr Kind kind = Kind::progress;
  struct Running {
    record::RunId id = {};
    study::RunStage stage = study::RunStage::waiting;
    double fraction = 0;
    double fraction_at_start = 0;
    std::uint64_t session_steps = 0;

    template <class Self, class Visit>
    static void describe(Self& self, Visit& visit) {
      visit.inlined(self.id);
      visit("stage", self.stage);
      visit("fraction", self.fraction);
      visit("fraction_at_start", self.fraction_at_start);
      visit("session_steps", self.session_steps);
    }
  };
  std::vector<Running> runs = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("runs", self.runs);
  }
};

/// Something a person should know.
struct NoteMessage {
  static constexpr Kind kind = Kind::note;
  std::string text = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("text", self.text);
  }
};

/// A signal that the rank was stopped by.
struct SignalMessage {
  static constexpr Kind kind = Kind::signal;
  int number = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("number", self.number);
  }
};

/// A message that is only its kind: save the states and stop; end; nothing more will come from this rank.
template <Kind which>
struct BareMessage {
  static constexpr Kind kind = which;
  template <class Self, class Visit>
  static void describe(Self& /*self*/, Visit& /*visit*/) {}
};
using StopMessage = BareMessage<Kind::stop>;
using EndMessage = BareMessage<Kind::end>;
using FarewellMessage = BareMessage<Kind::farewell>;

/// The most files in a message, and the most bytes of one: MPI counts in int.
inline constexpr std::size_t most_files = 1 << 16;
inline constexpr std::uint64_t most_bytes = (std::uint64_t{1} << 31) - 1;

namespace detail {
[[nodiscard]] std::string encode(Kind kind, const Json& json, const std::vector<std::string_view>& files);
}  // namespace detail

template <class T>
[[nodiscard]] std::string encode(const T& content, const std::vector<std::string_view>& files = {}) {
  return detail::encode(T::kind, described::to_json(content), files);
}

/// A message that came, its files as parts of it.
struct Message {
  Kind kind = Kind::note;
  std::string_view json;
  std::vector<std::string_view> files;
};

/// `bytes` must outlive what is returned. Errors: not of this form.
[[nodiscard]] Result<Message> decode(std::string_view bytes);

/// What the message holds. Errors: another kind; not the JSON of it, with the place.
template <class T>
[[nodiscard]] Result<T> content_of(const Message& message) {
  if (message.kind != T::kind) return failure("a message of this kind was not expected here");
  const auto json = parse_json(message.json);
  if (!json) return Failure(json.error());
  return described::from_json<T>(*json);
}

}  // namespace windhover::ranks
