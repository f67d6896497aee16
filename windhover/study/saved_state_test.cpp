#include "windhover/study/saved_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/core/digest.hpp"
#include "windhover/core/files.hpp"
#include "windhover/study/testing.hpp"

namespace windhover::study {
namespace {

using ::testing::HasSubstr;

class SavedStates : public ::testing::Test {
 protected:
  SavedStates() {
    for (int i = 0; i < 1000; ++i) state_.body.push_back(static_cast<std::byte>(i % 251));
    state_.training_seconds = 12.5;
    EXPECT_TRUE(write_state(folder_.path(), id_, "hash", state_).has_value());
  }

  std::string fault_after(const std::string& content) {
    EXPECT_TRUE(replace_file(path_, content).has_value());
    const auto read = read_state(folder_.path(), id_, "hash");
    return read ? "none" : read.error().message;
  }

  TemporaryFolder folder_;
  record::RunId id_{.cell = "gru+ln", .arm = "a3c", .seed = 42};
  std::filesystem::path path_ = folder_.path() / state_place(id_);
  SavedState state_;
};

TEST_F(SavedStates, ComeBackAsTheyWere) {
  const auto read = read_state(folder_.path(), id_, "hash");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->body, state_.body);
  EXPECT_DOUBLE_EQ(read->training_seconds, 12.5);
  EXPECT_EQ(path_, folder_.path() / ".partial/gru+ln/a3c/seed-42.state");
}

TEST_F(SavedStates, OfAnotherConfigurationAreRefused) {
  EXPECT_THAT(read_state(folder_.path(), id_, "other").error().message, HasSubstr("another configuration"));
}

TEST_F(SavedStates, EveryFlippedBitIsSeen) {
  const std::string whole = read_file(path_).value();
  for (std::size_t bit = 0; bit < 8 * whole.size(); bit += 13) {
    std::string damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_THAT(fault_after(damaged), HasSubstr("checksum")) << "bit " << bit;
    EXPECT_FALSE(check_state(folder_.path(), id_).has_value());
  }
  EXPECT_EQ(fault_after(whole), "none");
  EXPECT_TRUE(check_state(folder_.path(), id_).has_value());
}

TEST_F(SavedStates, TruncatedOrForeignFilesAreRefused) {
  const std::string whole = read_file(path_).value();
  for (const auto& content : {whole.substr(0, whole.size() - 1), whole + "x", whole.substr(0, 10),
                              std::string(), std::string("[]\n")}) {
    EXPECT_THAT(fault_after(content), HasSubstr("checksum"));
  }
  const auto with_sum = [](const std::string& content) { return sha256_of(content) + "\n" + content; };
  EXPECT_THAT(fault_after(with_sum("{}")), HasSubstr("header is damaged"));
  EXPECT_THAT(fault_after(with_sum("[]\n")), HasSubstr("header is damaged"));
  EXPECT_THAT(fault_after(with_sum("{}\n")), HasSubstr("not a state of this version"));
}

}  // namespace
}  // namespace windhover::study
