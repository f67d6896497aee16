#include "windhover/core/printable.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace windhover {
namespace {

using namespace std::string_literals;

TEST(Printable, PlainTextStays) {
  for (const std::string text : {"", "gru+ln/a3c/seed-42", "RNN \xC3\x97 LayerNorm", "\xE2\x82\xAC",
                                 "\xF0\x9F\x90\xA6", "\xC2\xA0", "\xEF\xBF\xBD", "back\\slash 'quoted'"}) {
    EXPECT_EQ(printable(text), text);
    EXPECT_EQ(printable_lines(text), text);
  }
}

TEST(Printable, ControlCharactersAreNamed) {
  EXPECT_EQ(printable("\x1B[2J"), "\\u001b[2J");
  EXPECT_EQ(printable("a\nb\tc\rd\be\ff"), "a\\nb\\tc\\rd\\be\\ff");
  EXPECT_EQ(printable("\0\x07\x7F"s), "\\u0000\\u0007\\u007f");
  EXPECT_EQ(printable("\xC2\x9B"
                      "2J"),
            "\\u009b2J")
      << "the one-character form of ESC [";
}

TEST(Printable, WhatTurnsTheDirectionOfATextIsNamed) {
  EXPECT_EQ(printable("\xE2\x80\xAE"
                      "abc"),
            "\\u202eabc");
  EXPECT_EQ(printable_lines("\xE2\x81\xA6\n\xD8\x9C"), "\\u2066\n\\u061c");
}

TEST(Printable, BytesThatAreNotUtf8AreNamed) {
  EXPECT_EQ(printable("\xFF"), "\\xff");
  EXPECT_EQ(printable("a\x9B"
                      "b"),
            "a\\x9bb");
  EXPECT_EQ(printable("\xC0\xAF"), "\\xc0\\xaf") << "overlong";
  EXPECT_EQ(printable("\xED\xA0\x80"), "\\xed\\xa0\\x80") << "half of a surrogate pair";
  EXPECT_EQ(printable("\xF4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "beyond the last character";
  EXPECT_EQ(printable("\xE2\x82"), "\\xe2\\x82") << "cut off";
  EXPECT_EQ(printable("\xE2\x1B\x82"), "\\xe2\\u001b\\x82");
}

TEST(Printable, NoByteComesThroughThatATerminalObeys) {
  std::string every_pair;
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      every_pair += static_cast<char>(first);
      every_pair += static_cast<char>(second);
    }
  }
  const auto shown = printable(every_pair);
  for (const char byte : shown) EXPECT_TRUE(static_cast<unsigned char>(byte) >= 0x20 && byte != '\x7F');
  // The library of JSON refuses what is not UTF-8; C1 in UTF-8 is C2 80 to C2 9F.
  EXPECT_NO_THROW((void)nlohmann::json(shown).dump());
  for (int last = 0x80; last < 0xA0; ++last)
    EXPECT_EQ(shown.find("\xC2"s + static_cast<char>(last)), std::string::npos);
}

TEST(Printable, AMessageGoesOnInIndentedLinesOnly) {
  EXPECT_EQ(printable_message("differs:\n  lr\n  hidden"), "differs:\n  lr\n  hidden");
  EXPECT_EQ(printable_message("no 'x\nwindhover: all is well'"), "no 'x\\nwindhover: all is well'");
  EXPECT_EQ(printable_message("\n\x1B"), "\\n\\u001b");
}

TEST(Printable, LinesOfJsonStayTheSameJson) {
  const nlohmann::json json = {{"name", "a\x1B\x7F\xC2\x9B\nb"}, {"other", {1, 2}}};
  const auto shown = printable_lines(json.dump(2));
  EXPECT_EQ(nlohmann::json::parse(shown), json);
  EXPECT_EQ(shown.find('\x7F'), std::string::npos);
  EXPECT_EQ(shown.find("\xC2\x9B"), std::string::npos);
  EXPECT_THAT(shown, testing::HasSubstr("\n  \"name\""));
}

}  // namespace
}  // namespace windhover
