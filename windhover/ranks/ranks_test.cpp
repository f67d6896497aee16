#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/core/temporary_folder.hpp"
#include "windhover/ranks/memory_transport.hpp"
#include "windhover/ranks/plan_digest.hpp"
#include "windhover/ranks/rank_crew.hpp"
#include "windhover/ranks/rank_worker.hpp"
#include "windhover/study/engine.hpp"
#include "windhover/study/testing.hpp"

namespace windhover::ranks {
namespace {

using study::testing::plan_of;
using study::testing::RecordingObserver;
using study::testing::tiny_maze_study;
using ::testing::AllOf;
using ::testing::HasSubstr;

Program this_program() {
  return {.build = {.version = "1", .revision = "r", .compiler = "gcc", .type = "release"},
          .sha256 = std::string(64, 'a'),
          .host = "here"};
}

study::StudyOutcome alone(const study::Plan& plan) {
  const TemporaryFolder folder;
  RecordingObserver observer;
  return study::run_study(plan, {.out = folder.path()}, observer, {}).value();
}

/// What another rank does.
using RankLife = std::function<void(MemoryNetwork& network, Transport& transport)>;

void live(MemoryNetwork& /*network*/, Transport& transport) {
  const WorkerOptions options{
      .jobs = 1, .program = this_program(), .provenance = {}, .stop = {}, .signal = {}};
  EXPECT_TRUE(work_for_rank_0(transport, options).has_value());
}

/// A study in a folder, with ranks beside this thread.
class RankStudy {
 public:
  explicit RankStudy(std::string text = tiny_maze_study, std::vector<std::string> overrides = {})
      : text_(std::move(text)), overrides_(std::move(overrides)), plan(plan_of(text_, overrides_).value()) {}

  /// Rank 0 here, the others as given.
  Result<study::StudyOutcome> run(const std::vector<RankLife>& others, double save_interval = 5) {
    MemoryNetwork network(static_cast<int>(others.size()) + 1);
    MemoryTransport here(network, 0);
    std::vector<std::jthread> ranks;
    for (const auto& life : others) {
      ranks.emplace_back([&network, &life, rank = static_cast<int>(ranks.size()) + 1] {
        MemoryTransport transport(network, rank);
        life(network, transport);
      });
    }
    auto outcome = coordinate(here, save_interval);
    EXPECT_TRUE(end_ranks(here, std::chrono::seconds(60)));
    return outcome;
  }

 private:
  Result<study::StudyOutcome> coordinate(Transport& transport, double save_interval) {
    const auto crew = RankCrew::gather(
        transport, plan,
        {.study_file = text_, .origin = "study.toml", .overrides = overrides_, .program = this_program()},
        [this](int signal) {
          caught = signal;
          stop.request_stop();
        },
        stop.get_token());
    if (!crew) return Failure(crew.error());
    return study::run_study(plan,
                            {.out = folder.path(), .save_interval = save_interval, .others = crew->get()},
                            observer, stop.get_token());
  }

  std::string text_;
  std::vector<std::string> overrides_;

 public:
  study::Plan plan;
  TemporaryFolder folder;
  RecordingObserver observer;
  std::stop_source stop;
  std::atomic<int> caught = 0;
};

/// Says farewell for a rank that does nothing more.
void farewell_at_end(Transport& transport) {
  while (true) {
    const auto incoming = transport.receive(patience);
    if (!incoming || !incoming->message) continue;
    if (decode(*incoming->message).value().kind == Kind::end) break;
  }
  transport.send(0, encode(FarewellMessage()));
}

/// Answers the study as any rank, and then does `with_run` with the first run that it is given.
RankLife rank_that(const std::function<void(Transport&, const BeginMessage&)>& with_run) {
  return [with_run](MemoryNetwork&, Transport& transport) {
    while (true) {
      const auto incoming = transport.receive(patience);
      if (!incoming || !incoming->message) continue;
      const auto message = decode(*incoming->message).value();
      if (message.kind == Kind::study) {
        const auto study = content_of<StudyMessage>(message).value();
        transport.send(0,
                       encode(HelloMessage{.program = this_program(), .threads = 1, .digest = study.digest}));
      }
      if (message.kind == Kind::end) break;
      if (message.kind != Kind::begin) continue;
      with_run(transport, content_of<BeginMessage>(message).value());
      return farewell_at_end(transport);
    }
    transport.send(0, encode(FarewellMessage()));
  };
}

TEST(Ranks, EndInTheDigestOfOneProcess) {
  RankStudy ranks;
  const auto outcome = ranks.run({live, live, live});
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  EXPECT_EQ(outcome->finished, 8U);
  EXPECT_EQ(outcome->digest, alone(ranks.plan).digest);
  EXPECT_EQ(ranks.observer.last.runs_done, 8U);
  EXPECT_DOUBLE_EQ(ranks.observer.last.fraction, 1);
  EXPECT_EQ(ranks.observer.notes.find("again"), std::string::npos) << ranks.observer.notes;
}

TEST(Ranks, AFailedRunIsKeptToo) {
  RankStudy ranks(tiny_maze_study, {"factors.lr=[1e-4, 1000.0]", "training.episodes=60", "arms=['a3c']",
                                    "learner.layer_norm=false", "learner.value_coef=1e6"});
  const auto outcome = ranks.run({live});
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  const auto expected = alone(ranks.plan);
  EXPECT_GT(expected.failed, 0U);
  EXPECT_EQ(outcome->failed, expected.failed);
  EXPECT_EQ(outcome->digest, expected.digest);
}

/// Carries what a rank sends until it has sent so many messages of a kind; then the rank is lost, for all
/// others: nothing but its farewell, which ends the test, is heard of it.
class DyingTransport final : public Transport {
 public:
  DyingTransport(MemoryNetwork& network, int rank, Kind kind, int count)
      : network_(network), inner_(network, rank), kind_(kind), left_(count) {}

  [[nodiscard]] int rank() const override { return inner_.rank(); }
  [[nodiscard]] int size() const override { return inner_.size(); }
  void send(int to, std::string message) override {
    const std::scoped_lock lock(mutex_);
    const Kind kind = decode(message).value().kind;
    if (left_ <= 0 && kind != Kind::farewell) return;
    inner_.send(to, std::move(message));
    if (kind == kind_ && --left_ == 0) network_.lose(rank());
  }
  [[nodiscard]] std::optional<Incoming> receive(std::chrono::milliseconds longest) override {
    return inner_.receive(longest);
  }
  void wake() override { inner_.wake(); }

 private:
  MemoryNetwork& network_;
  MemoryTransport inner_;
  Kind kind_;
  std::mutex mutex_;
  int left_;
};

TEST(Ranks, RunsOfALostRankGoOnElsewhereFromTheirLastState) {
  // Long enough that the run is saved several times.
  RankStudy ranks(tiny_maze_study, {"training.episodes=4000", "arms=['a3c']", "seeds=[1, 2]"});
  const auto dying = [](MemoryNetwork& network, Transport& transport) {
    DyingTransport until_second_state(network, transport.rank(), Kind::state, 2);
    live(network, until_second_state);
  };
  const auto outcome = ranks.run({dying, dying, live}, 0);
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  EXPECT_EQ(outcome->digest, alone(ranks.plan).digest);
  EXPECT_THAT(ranks.observer.notes, HasSubstr("has gone; others do its runs"));
}

TEST(Ranks, AStudyThatIsStoppedGoesOnWithAnotherNumberOfRanks) {
  RankStudy ranks(tiny_maze_study, {"training.episodes=4000", "arms=['a3c']", "seeds=[1, 2]"});
  // The last rank is stopped by a signal as soon as it is given a run.
  const auto signalled = rank_that([](Transport& transport, const BeginMessage& begin) {
    transport.send(0, encode(SignalMessage{.number = 15}));
    transport.send(0, encode(StoppedMessage{.id = begin.id}));
  });
  const auto stopped = ranks.run({live, live, signalled});
  ASSERT_TRUE(stopped.has_value()) << stopped.error().message;
  EXPECT_TRUE(stopped->stopped);
  EXPECT_EQ(ranks.caught, 15);
  EXPECT_TRUE(std::filesystem::exists(ranks.folder.path() / ".partial"));
  ranks.stop = std::stop_source();
  const auto outcome = ranks.run({live});
  ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
  EXPECT_EQ(outcome->digest, alone(ranks.plan).digest);
  EXPECT_FALSE(std::filesystem::exists(ranks.folder.path() / ".partial"));
}

/// The message that a study ends with whose rank 1 does `with_run`.
std::string end_by(const std::function<void(Transport&, const BeginMessage&)>& with_run) {
  RankStudy ranks(tiny_maze_study, {"training.episodes=200"});
  const auto outcome = ranks.run({rank_that(with_run), live});
  return outcome ? "accepted" : outcome.error().message;
}

TEST(Ranks, ARankThatSendsWhatIsNoMessageIsNamed) {
  EXPECT_THAT(end_by([](auto& transport, const auto&) { transport.send(0, "nonsense"); }),
              HasSubstr("rank 1: no message of ours: it begins otherwise"));
  EXPECT_THAT(end_by([](auto& transport, const auto&) { transport.send(0, encode(StopMessage())); }),
              HasSubstr("rank 1: a message of this kind was not expected here"));
  EXPECT_THAT(end_by([](auto& transport, const BeginMessage& begin) {
                auto other = begin.id;
                other.seed = 99;
                transport.send(0, encode(StoppedMessage{.id = other}));
              }),
              AllOf(HasSubstr("rank 1: it speaks of run"), HasSubstr("seed-99, which it was not given")));
  EXPECT_THAT(end_by([](auto& transport, const BeginMessage& begin) {
                transport.send(0, encode(StateMessage{.id = begin.id}, {"body"}));
              }),
              AllOf(HasSubstr("rank 1: run "), HasSubstr(": its state: ")));
  EXPECT_THAT(end_by([](auto& transport, const BeginMessage& begin) {
                transport.send(0, encode(FailedMessage{.id = begin.id, .error = "no memory"}));
              }),
              HasSubstr("rank 1: no memory"));
}

/// Lets a rank live as it should, but changes the first record that it sends.
class LyingTransport final : public Transport {
 public:
  using Lie = std::function<std::string(const Message&)>;
  LyingTransport(Transport& inner, Lie lie) : inner_(inner), lie_(std::move(lie)) {}

  [[nodiscard]] int rank() const override { return inner_.rank(); }
  [[nodiscard]] int size() const override { return inner_.size(); }
  void send(int to, std::string text) override {
    const auto message = decode(text).value();
    inner_.send(to, message.kind == Kind::finished ? lie_(message) : text);
  }
  [[nodiscard]] std::optional<Incoming> receive(std::chrono::milliseconds longest) override {
    return inner_.receive(longest);
  }
  void wake() override { inner_.wake(); }

 private:
  Transport& inner_;
  Lie lie_;
};

struct Liar {
  const char* name;
  std::function<void(FinishedMessage& content, std::vector<std::string>& files)> change;
  const char* what;  ///< is said of it
};

TEST(Ranks, ARunThatIsNotWhatItSaysIsRefusedByRankAndRun) {
  const std::vector<Liar> liars = {
      {"digest", [](auto& content, auto&) { content.summary.digest = std::string(64, '0'); },
       "models and evaluation.csv give"},
      {"model", [](auto&, auto& files) { files[2][files[2].size() / 2] ^= 1; }, "model"},
      {"rows", [](auto&, auto& files) { files[1].insert(files[1].size() - 2, "1"); }, "evaluation.csv"},
      {"configuration", [](auto& content, auto&) { content.config.learner["lr"] = 0.5; },
       "another configuration"},
      {"models", [](auto& content, auto&) { content.summary.models = 1 << 30; }, "models were to"},
      {"files", [](auto& content, auto&) { content.files.clear(); }, "another number of files"},
      {"name", [](auto& content, auto&) { content.files.front() = "../model.safetensors"; }, "came, not"}};
  for (const auto& liar : liars) {
    SCOPED_TRACE(liar.name);
    const auto lie = [&](const Message& message) {
      auto content = content_of<FinishedMessage>(message).value();
      std::vector<std::string> files(message.files.begin(), message.files.end());
      liar.change(content, files);
      return encode(content, {files.begin(), files.end()});
    };
    RankStudy ranks(tiny_maze_study, {"training.episodes=300"});
    const auto outcome = ranks.run({[&](MemoryNetwork& network, Transport& transport) {
      LyingTransport lying(transport, lie);
      live(network, lying);
    }});
    ASSERT_FALSE(outcome.has_value());
    EXPECT_THAT(outcome.error().message,
                AllOf(HasSubstr("rank 1: run "), HasSubstr("/seed-"), HasSubstr(liar.what)));
  }
}

TEST(Ranks, AnotherProgramOrPlanIsRefusedByName) {
  const auto with = [](const std::function<void(HelloMessage&)>& change) {
    RankStudy ranks;
    const auto outcome = ranks.run(
        {live, [&](MemoryNetwork&, Transport& transport) {
           HelloMessage hello{.program = this_program(), .threads = 1, .digest = plan_digest(ranks.plan)};
           change(hello);
           transport.send(0, encode(hello));
           farewell_at_end(transport);
         }});
    if (outcome) return std::string("accepted");
    EXPECT_EQ(outcome.error().kind, ErrorKind::usage);
    EXPECT_FALSE(std::filesystem::exists(ranks.folder.path() / "study.toml"));
    return outcome.error().message;
  };
  EXPECT_THAT(with([](auto& hello) { hello.program.sha256 = std::string(64, 'b'); }),
              AllOf(HasSubstr("rank 2 runs windhover 1 (revision r, gcc, release), program bbbbbbbbbbbb, on "
                              "here, and rank 0"),
                    HasSubstr("program aaaaaaaaaaaa"), HasSubstr("start the same program on every rank")));
  EXPECT_THAT(with([](auto& hello) { hello.digest = "x"; }), HasSubstr("rank 2 makes another plan"));
  EXPECT_THAT(with([](auto& hello) { hello.error = "no thread"; }), HasSubstr("rank 2: no thread"));
}

TEST(Ranks, ARankWithoutItsRank0Ends) {
  MemoryNetwork network(2);
  MemoryTransport transport(network, 1);
  network.lose(0);
  const WorkerOptions options{
      .jobs = 1, .program = this_program(), .provenance = {}, .stop = {}, .signal = {}};
  const auto ended = work_for_rank_0(transport, options);
  ASSERT_FALSE(ended.has_value());
  EXPECT_EQ(ended.error().message, "rank 0 has gone");
  network.post(1, {.from = 0, .message = "nonsense"});
  EXPECT_THAT(work_for_rank_0(transport, options).error().message, HasSubstr("rank 0: no message of ours"));
}

}  // namespace
}  // namespace windhover::ranks
