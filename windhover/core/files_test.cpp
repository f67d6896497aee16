#include "windhover/core/files.hpp"

#include <array>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "windhover/core/bytes.hpp"
#include "windhover/core/digest.hpp"
#include "windhover/core/temporary_folder.hpp"

namespace windhover {
namespace {

using testing::HasSubstr;

class Files : public testing::Test {
 protected:
  TemporaryFolder temporary_;
  std::filesystem::path folder_ = temporary_.path();
};

TEST_F(Files, ReplaceMakesFoldersAndLeavesNothingBeside) {
  const auto path = folder_ / "a/b/file.txt";
  ASSERT_TRUE(replace_file(path, std::string_view("first")).has_value());
  ASSERT_TRUE(replace_file(path, std::string_view("second")).has_value());
  EXPECT_EQ(*read_file(path), "second");
  int entries = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(path.parent_path()))
    ++entries;
  EXPECT_EQ(entries, 1);
}

TEST_F(Files, WithoutAFlushAFileIsReplacedAllTheSame) {
  const auto path = folder_ / "page.html";
  ASSERT_TRUE(replace_file(path, std::string_view("first"), Flush::later).has_value());
  ASSERT_TRUE(replace_file(path, std::string_view("second"), Flush::later).has_value());
  EXPECT_EQ(*read_file(path), "second");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "page.html.tmp"));
}

TEST_F(Files, ErrorsNameThePath) {
  EXPECT_THAT(read_file(folder_ / "missing").error().message, HasSubstr("missing"));
  EXPECT_THAT(read_file(folder_).error().message, HasSubstr("not a file"));
  ASSERT_TRUE(replace_file(folder_ / "large", std::string(100, 'x')).has_value());
  EXPECT_THAT(read_file(folder_ / "large", 99).error().message, HasSubstr("limit of 99 bytes"));
  EXPECT_THAT(replace_file(folder_ / "large/below", std::string_view("x")).error().message,
              HasSubstr("large"));
}

TEST(Bytes, ComeBackInOrder) {
  ByteWriter writer;
  writer.value(7);
  const std::array<float, 3> floats = {1, 2, 3};
  writer.values(std::span<const float>(floats));
  const auto bytes = writer.take();
  ByteReader reader(bytes);
  int number = 0;
  std::vector<float> back;
  ASSERT_TRUE(reader.value(number).has_value());
  ASSERT_TRUE(reader.vector(back).has_value());
  EXPECT_EQ(number, 7);
  EXPECT_EQ(back, (std::vector<float>{1, 2, 3}));
  EXPECT_TRUE(reader.at_end());
  EXPECT_FALSE(reader.value(number).has_value());
}

TEST(Bytes, AClaimedCountBeyondTheEndIsAnError) {
  ByteWriter writer;
  writer.value(std::uint64_t{1} << 60);
  const auto bytes = writer.take();
  std::vector<double> values;
  EXPECT_FALSE(ByteReader(bytes).vector(values).has_value());
}

/// Checked against sha256sum of the same bytes.
TEST(Digest, IsSha256OverLengthAndContent) {
  // printf '\x03\0\0\0\0\0\0\0abc' | sha256sum
  EXPECT_EQ(digest_of("abc"), "ce91dc5eec0139adf091900d225971d6ad246a845bad791b5693a9d0d55dd391");
  Digest joined, apart;
  joined.add("abc");
  joined.add("");
  apart.add("ab");
  apart.add("c");
  EXPECT_NE(joined.finish(), apart.finish());
}

}  // namespace
}  // namespace windhover
