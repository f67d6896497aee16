#include "windhover/report/escape.hpp"

#include <gtest/gtest.h>

namespace windhover::report {
namespace {

TEST(Escape, Html) {
  EXPECT_EQ(escape_html("<script>alert('&\")</script>"),
            "&lt;script&gt;alert(&#39;&amp;&quot;)&lt;/script&gt;");
  EXPECT_EQ(escape_html(std::string_view("a\0b\x07", 4)), "a b ");
  EXPECT_EQ(escape_html("95 %"), "95&#160;%");
}

TEST(Escape, Markdown) {
  EXPECT_EQ(escape_markdown("a|b*_`[x](y)<b>\nc"), "a\\|b\\*\\_\\`\\[x\\](y)&lt;b&gt; c");
}

TEST(Escape, Latex) {
  EXPECT_EQ(escape_latex("50 % & $x_1 #{}~^\\"),
            "50 \\% \\& \\$x\\_1 \\#\\{\\}\\textasciitilde{}\\textasciicircum{}\\textbackslash{}");
  EXPECT_EQ(escape_latex("−1 × 2"), "$-$1 $\\times$ 2");
  EXPECT_EQ(escape_latex("[3, 4]"), "{[}3, 4]");
}

TEST(Escape, Csv) {
  EXPECT_EQ(escape_csv("plain"), "plain");
  EXPECT_EQ(escape_csv("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
  EXPECT_EQ(escape_csv("=HYPERLINK(x)"), "'=HYPERLINK(x)");
  EXPECT_EQ(escape_csv("-1.5"), "-1.5");
  EXPECT_EQ(escape_csv("+11.35, 29.7 %"), "\"+11.35, 29.7 %\"");
}

TEST(Escape, Slug) {
  EXPECT_EQ(slug("not decidable"), "not-decidable");
  EXPECT_EQ(slug("  A3C & Co/.."), "a3c-co");
  EXPECT_EQ(slug("../.."), "");
}

}  // namespace
}  // namespace windhover::report
