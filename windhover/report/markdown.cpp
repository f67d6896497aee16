#include <fmt/format.h>

#include "windhover/report/escape.hpp"
#include "windhover/report/formats.hpp"
#include "windhover/report/table_writers.hpp"

namespace windhover::report {
namespace {

std::string list(const std::string& title, const std::vector<Sentence>& items) {
  if (items.empty()) return {};
  std::string text = fmt::format("**{}**\n\n", escape_markdown(title));
  for (const auto& item : items) text += fmt::format("- {}\n", escape_markdown(item.text));
  return text + "\n";
}

std::string summary_text(const Summary& summary) {
  std::string text;
  for (const auto& alert : summary.alerts) text += fmt::format("> **{}**\n>\n", escape_markdown(alert.text));
  if (!summary.quick.text.empty()) text += fmt::format("> {}\n>\n", escape_markdown(summary.quick.text));
  if (!text.empty()) text += '\n';
  text += "## Summary\n\n" + fmt::format("**Question:** {}\n\n", escape_markdown(summary.asked.text));
  text += list("Found, with " + summary.found_with, summary.found);
  text += list("Worth a second look", summary.second_look);
  text += list("Uncertainty", summary.certainty);
  text += list("Comparison with baselines", summary.beats);
  text += list("Limitations", summary.warnings);
  return text;
}

std::string links_text(const Links& links) {
  std::string text;
  for (const auto& link : links.links)
    text += fmt::format("- [{}]({}/report.md)\n", escape_markdown(link.text), link.folder);
  return text + "\n";
}

std::string block_text(const Block& block) {
  if (const auto* paragraph = std::get_if<std::string>(&block)) return escape_markdown(*paragraph) + "\n\n";
  if (const auto* table = std::get_if<Table>(&block)) return markdown_table(*table);
  if (const auto* links = std::get_if<Links>(&block)) return links_text(*links);
  const auto& figure = std::get<Figure>(block);
  return fmt::format("**{}** {} Drawn in report.html; its numbers: [tables/{}.csv](tables/{}.csv).\n\n",
                     escape_markdown(numbered_title(figure.number, figure.title)),
                     escape_markdown(figure.caption), figure.data.id, figure.data.id);
}

}  // namespace

std::string markdown_page(const Page& page) {
  std::string text = fmt::format("# {}\n\n", escape_markdown(page.title));
  for (std::size_t i = 0; i < page.tags.size(); ++i) {
    text += (i == 0 ? "" : " · ") + escape_markdown(page.tags[i]);
  }
  text += "\n\n" + summary_text(page.summary);
  for (const auto& block : page.summary.blocks) text += block_text(block);
  for (const auto& section : page.sections) {
    text += fmt::format("## {}\n\n", escape_markdown(section.title));
    for (const auto& block : section.blocks) text += block_text(block);
  }
  return text;
}

}  // namespace windhover::report
