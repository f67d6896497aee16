#include <fmt/format.h>

#include "windhover/report/escape.hpp"
#include "windhover/report/formats.hpp"
#include "windhover/report/svg.hpp"
#include "windhover/report/table_writers.hpp"

namespace windhover::report {
namespace {

std::string sentence_html(const char* element, const Sentence& sentence) {
  return fmt::format("<{0}{1}{2}{3}>{4}</{0}>\n", element, html_attribute("data-source", sentence.source),
                     html_attribute("data-effect", sentence.about),
                     html_attribute("data-verdict", sentence.verdict), escape_html(sentence.text));
}

std::string list(const std::vector<Sentence>& items) {
  std::string text = "<ul>\n";
  for (const auto& item : items) text += sentence_html("li", item);
  return text + "</ul>\n";
}

std::string answer(const std::string& question, const std::vector<Sentence>& items) {
  if (items.empty()) return {};
  return fmt::format("<dt>{}</dt>\n<dd>\n{}</dd>\n", escape_html(question),
                     items.size() == 1 ? sentence_html("p", items.front()) : list(items));
}

std::string legend_html(const std::vector<LegendItem>& legend) {
  if (legend.empty()) return {};
  std::string text = "<ul class=\"legend\">\n";
  for (const auto& item : legend) {
    Svg mark(16, 16, "legend", "", "");
    mark.marker(item.series, 8, 8, 5,
                (item.classes.empty() ? "mean " : item.classes + " ") + series_class(item.series));
    auto drawing = mark.finish();
    drawing.replace(0, drawing.find("</desc>\n") + 8,
                    "<svg viewBox=\"0 0 16 16\" width=\"16\" height=\"16\" aria-hidden=\"true\">\n");
    text += fmt::format("<li>{}{}</li>\n", drawing, escape_html(item.label));
  }
  return text + "</ul>\n";
}

/// Small panels flow as they fit; an even number of large ones stands in pairs, so that none is left alone.
const char* panel_class(const Figure& figure) {
  if (figure.small_panels) return " small";
  if (figure.panels.size() == 1) return " single";
  return figure.panels.size() % 2 == 0 ? " pairs" : "";
}

std::string figure_html(const Figure& figure) {
  std::string panels;
  for (const auto& panel : figure.panels) {
    panels += fmt::format("<div class=\"panel\"{}>{}</div>\n", html_attribute("data-actions", panel.actions),
                          panel.svg);
  }
  return fmt::format(
      "<figure class=\"chart\" id=\"{}\"{}>\n<figcaption><strong>{}</strong> {}</figcaption>\n{}<div "
      "class=\"panels{}\">\n{}</div>\n"
      "{}</figure>\n",
      escape_html(figure.id), html_attribute("data-actions", figure.actions),
      escape_html(numbered_title(figure.number, figure.title)), escape_html(figure.caption),
      legend_html(figure.legend), panel_class(figure), panels, html_table(figure.data));
}

std::string links_html(const Links& links) {
  std::string text = "<ul class=\"reports\">\n";
  for (const auto& link : links.links) {
    text += fmt::format("<li><a href=\"{}/report.html\">{}</a></li>\n", escape_html(link.folder),
                        escape_html(link.text));
  }
  return text + "</ul>\n";
}

std::string block_html(const Block& block) {
  if (const auto* paragraph = std::get_if<std::string>(&block))
    return fmt::format("<p>{}</p>\n", escape_html(*paragraph));
  if (const auto* table = std::get_if<Table>(&block)) return html_table(*table);
  if (const auto* links = std::get_if<Links>(&block)) return links_html(*links);
  return figure_html(std::get<Figure>(block));
}

std::string summary_html(const Summary& summary) {
  std::string text = "<section id=\"summary\">\n<h2>Summary</h2>\n";
  if (!summary.alerts.empty())
    text += "<div class=\"alert\" role=\"note\">\n" + list(summary.alerts) + "</div>\n";
  if (!summary.quick.text.empty())
    text += "<div class=\"quick\">\n" + sentence_html("p", summary.quick) + "</div>\n";
  text += "<div class=\"glance\">\n<dl>\n" + answer("Question", {summary.asked}) +
          answer("Found, with " + summary.found_with, summary.found) +
          answer("Worth a second look", summary.second_look) + answer("Uncertainty", summary.certainty) +
          answer("Comparison with baselines", summary.beats) + answer("Limitations", summary.warnings) +
          "</dl>\n";
  for (const auto& block : summary.blocks) text += block_html(block);
  return text + "</div>\n</section>\n";
}

/// What is folded has the id within: a browser that goes there opens it.
std::string section_html(const Section& section) {
  std::string content;
  for (const auto& block : section.blocks) content += block_html(block);
  const auto title = escape_html(section.title);
  if (!section.folded)
    return fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n{}</section>\n", section.id, title, content);
  return fmt::format(
      "<section>\n<details class=\"fold\">\n<summary><h2>{}</h2></summary>\n<div "
      "id=\"{}\">\n{}</div>\n</details>\n"
      "</section>\n",
      title, section.id, content);
}

/// Hidden until the script shows it, since without the script it would do nothing. Nothing for a page that
/// shows all it has at once.
std::string choice_html(const Page& page) {
  if (page.policies.empty()) return {};
  std::string text =
      fmt::format("<fieldset id=\"choice\" data-first=\"{}\" hidden=\"\">\n<legend>Actions</legend>\n",
                  escape_html(page.policies.front()));
  auto options = page.policies;
  options.emplace_back("both");
  for (const auto& option : options) {
    text += fmt::format(
        "<label><input type=\"radio\" name=\"choice\" value=\"{0}\" autocomplete=\"off\"/>{0}</label>\n",
        escape_html(option));
  }
  return text + "</fieldset>\n";
}

std::string contents_html(const Page& page) {
  std::string text =
      "<nav aria-label=\"Contents\">\n<h2>Contents</h2>\n<ol>\n<li><a href=\"#summary\">Summary</a></li>\n";
  for (const auto& section : page.sections) {
    text += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", section.id, escape_html(section.title));
  }
  return text + "</ol>\n</nav>\n";
}

std::string header_html(const Page& page) {
  std::string tags;
  for (const auto& tag : page.tags) tags += fmt::format("<li>{}</li>\n", escape_html(tag));
  return fmt::format("<header>\n<h1>{}</h1>\n<ul class=\"tags\">\n{}</ul>\n</header>\n",
                     escape_html(page.title), tags);
}

}  // namespace

std::string html_page(const Page& page) {
  std::string text = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
      "style-src 'unsafe-inline'; script-src 'unsafe-inline'\"/>\n"
      "<link rel=\"icon\" href=\"data:,\"/>\n{}<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n",
      page.mark.empty() ? std::string() : fmt::format("{}\n", page.mark), escape_html(page.title),
      style_sheet());
  text += header_html(page) + "<div class=\"page\">\n" + "<aside>\n" + contents_html(page) +
          choice_html(page) + "</aside>\n<main>\n" + summary_html(page.summary);
  for (const auto& section : page.sections) text += section_html(section);
  return text + "</main>\n</div>\n<script>\n" + page_script() + "</script>\n</body>\n</html>\n";
}

}  // namespace windhover::report
