#include "windhover/ranks/message.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace windhover::ranks {
namespace {

using ::testing::HasSubstr;

StateMessage some_state() {
  return {.id = {.cell = "gru+ln", .arm = "a3c", .seed = 18'446'744'073'709'551'615U}, .flush = false};
}

TEST(Messages, ComeAsTheyWereSent) {
  const std::string body("\0\x01 body\n\xff", 9);
  const auto bytes = encode(some_state(), {body, ""});
  const auto message = decode(bytes);
  ASSERT_TRUE(message.has_value()) << message.error().message;
  EXPECT_EQ(message->kind, Kind::state);
  ASSERT_EQ(message->files.size(), 2U);
  EXPECT_EQ(message->files[0], body);
  EXPECT_EQ(message->files[1], "");
  const auto state = content_of<StateMessage>(*message);
  ASSERT_TRUE(state.has_value()) << state.error().message;
  EXPECT_EQ(state->id, some_state().id);
  EXPECT_FALSE(state->flush);
}

TEST(Messages, OfAnotherKindOrWithOtherKeysAreRefused) {
  const auto bytes = encode(some_state());
  EXPECT_FALSE(content_of<HelloMessage>(decode(bytes).value()).has_value());
  auto damaged = bytes;
  damaged.replace(damaged.find("\"flush\""), 7, "\"flash\"");
  const auto state = content_of<StateMessage>(decode(damaged).value());
  ASSERT_FALSE(state.has_value());
  EXPECT_THAT(state.error().message, HasSubstr("flush"));
}

/// Sizes and counts that do not fit must not make it read beyond the end or reserve what is not there.
TEST(Messages, DamagedOnesAreErrors) {
  const auto bytes = encode(some_state(), {"body", "more"});
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(decode(std::string_view(bytes).substr(0, length)).has_value()) << length;
  EXPECT_FALSE(decode(bytes + "x").has_value());
  EXPECT_FALSE(decode(std::string(4096, '\xff')).has_value());
  std::mt19937 random(1);
  for (int trial = 0; trial < 20'000; ++trial) {
    auto damaged = bytes;
    for (int i = 0; i < 3; ++i) damaged[random() % damaged.size()] = static_cast<char>(random() % 256);
    const auto message = decode(damaged);
    if (message) static_cast<void>(content_of<StateMessage>(*message));
  }
}

TEST(Messages, ProgramsAreTheSameOnWhateverHost) {
  const Program program{.build = {.version = "1"}, .sha256 = "aa", .host = "a"};
  auto other = program;
  other.host = "b";
  EXPECT_TRUE(program.same_as(other));
  other.sha256 = "ab";
  EXPECT_FALSE(program.same_as(other));
}

}  // namespace
}  // namespace windhover::ranks
