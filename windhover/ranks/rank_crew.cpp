#include "windhover/ranks/rank_crew.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "windhover/core/threads.hpp"
#include "windhover/ranks/plan_digest.hpp"

namespace windhover::ranks {
namespace {

using Clock = std::chrono::steady_clock;

Result<void> check_hello(int rank, const HelloMessage& hello, const Program& program,
                         const std::string& digest) {
  if (!hello.program.same_as(program)) {
    return usage_error(fmt::format("{} runs {}, and rank 0 {}; start the same program on every rank",
                                   name_of(rank), hello.program.text(), program.text()));
  }
  if (!hello.error.empty()) return usage_error(fmt::format("{}: {}", name_of(rank), hello.error));
  if (hello.digest != digest) {
    return usage_error(fmt::format("{} makes another plan of the study file than rank 0: {} against {}",
                                   name_of(rank), hello.digest, digest));
  }
  if (hello.threads < 1) return usage_error(fmt::format("{} has no thread", name_of(rank)));
  return {};
}

StudyMessage message_of(const Announcement& announcement, const std::string& digest, int ranks) {
  return {.origin = announcement.origin,
          .overrides = announcement.overrides,
          .quick = announcement.quick,
          .digest = digest,
          .save_interval = announcement.save_interval,
          .progress_interval = progress_interval(ranks),
          .program = announcement.program};
}

}  // namespace

double progress_interval(int ranks) { return std::max(0.5, ranks / 200.0); }

Result<std::unique_ptr<RankCrew>> RankCrew::gather(Transport& transport, const study::Plan& plan,
                                                   const Announcement& announcement,
                                                   const OnSignal& on_signal, const std::stop_token& stop) {
  const auto digest = plan_digest(plan);
  const auto study = encode(message_of(announcement, digest, transport.size()), {announcement.study_file});
  for (int rank = 1; rank < transport.size(); ++rank) transport.send(rank, study);
  std::map<int, int> threads;
  while (std::ssize(threads) < transport.size() - 1) {
    if (stop.stop_requested()) return stopped();
    const auto incoming = transport.receive(patience);
    if (!incoming) continue;
    const int rank = incoming->from;
    if (!incoming->message) return failure(fmt::format("{} has gone before it began", name_of(rank)));
    const auto message = decode(*incoming->message);
    if (!message) return in_context(name_of(rank), message.error());
    if (message->kind == Kind::signal) {
      const auto signal = content_of<SignalMessage>(*message);
      if (signal) on_signal(signal->number);
      continue;
    }
    const auto hello = content_of<HelloMessage>(*message);
    if (!hello) return in_context(name_of(rank), hello.error());
    WINDHOVER_RETURN_IF_ERROR(check_hello(rank, *hello, announcement.program, digest));
    threads[rank] = hello->threads;
  }
  std::unique_ptr<RankCrew> crew(new RankCrew(transport));
  WINDHOVER_RETURN_IF_ERROR(crew->listen(threads, on_signal));
  return crew;
}

RankCrew::~RankCrew() {
  thread_.request_stop();
  transport_.wake();
}

Result<void> RankCrew::listen(const std::map<int, int>& threads, const OnSignal& on_signal) {
  const auto keepers = std::min<std::size_t>(threads.size(), most_keepers);
  for (std::size_t i = 0; i < keepers; ++i) keepers_.emplace_back(transport_, on_signal);
  for (const auto& [rank, count] : threads) keeper_of(rank).add(rank, count);
  for (auto& keeper : keepers_) WINDHOVER_RETURN_IF_ERROR(keeper.listen());
  auto thread = start_thread([this](const std::stop_token& end) { pass_on(end); });
  if (!thread) return in_context("listening to other ranks", thread.error());
  thread_ = *std::move(thread);
  return {};
}

void RankCrew::pass_on(const std::stop_token& end) {
  while (!end.stop_requested()) {
    auto incoming = transport_.receive(patience);
    if (incoming) keeper_of(incoming->from).post(*std::move(incoming));
  }
}

Result<void> RankCrew::start(const study::RunContext& context, study::Dispatcher& dispatcher) {
  for (auto& keeper : keepers_) keeper.start(context, dispatcher);
  return {};
}

void RankCrew::begin(std::size_t worker, study::Job& job) {
  const int rank = static_cast<int>(worker);
  keeper_of(rank).begin(rank, job);
}

void RankCrew::finish() {
  for (auto& keeper : keepers_) keeper.finish();
}

std::map<Kind, Handled> RankCrew::handled() const {
  std::map<Kind, Handled> all;
  for (const auto& keeper : keepers_) {
    for (const auto& [kind, handled] : keeper.handled()) {
      all[kind].messages += handled.messages;
      all[kind].seconds += handled.seconds;
    }
  }
  return all;
}

bool end_ranks(Transport& transport, std::chrono::milliseconds longest) {
  std::set<int> there;
  for (int rank = 1; rank < transport.size(); ++rank) {
    there.insert(rank);
    transport.send(rank, encode(EndMessage()));
  }
  const auto end = Clock::now() + longest;
  while (!there.empty() && Clock::now() < end) {
    const auto incoming = transport.receive(patience);
    if (!incoming) continue;
    const auto message = incoming->message ? decode(*incoming->message) : Result<Message>(stopped());
    if (!incoming->message || (message && message->kind == Kind::farewell)) there.erase(incoming->from);
  }
  return there.empty();
}

}  // namespace windhover::ranks
