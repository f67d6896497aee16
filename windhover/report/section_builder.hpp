#pragma once

#include <string>
#include <utility>
#include <vector>

#include "windhover/report/page.hpp"
#include "windhover/report/results_view.hpp"

namespace windhover::report {

/// Adds what has something to show.
class SectionBuilder {
 public:
  SectionBuilder(std::string id, std::string title)
      : section_{.id = std::move(id), .title = std::move(title)} {}

  SectionBuilder& text(std::string paragraph) {
    if (!paragraph.empty()) section_.blocks.emplace_back(std::move(paragraph));
    return *this;
  }
  SectionBuilder& table(Table table) {
    if (!table.rows.empty()) section_.blocks.emplace_back(std::move(table));
    return *this;
  }
  SectionBuilder& links(Links links) {
    if (!links.links.empty()) section_.blocks.emplace_back(std::move(links));
    return *this;
  }
  SectionBuilder& figure(Figure figure) {
    if (!figure.panels.empty()) section_.blocks.emplace_back(std::move(figure));
    return *this;
  }

  using TableOfActions = Table (*)(const Results& results, ActionChoice actions);
  using FigureOfActions = Figure (*)(const Results& results, ActionChoice actions);

  /// One for each choice of actions.
  SectionBuilder& tables(const Results& results, TableOfActions make) {
    for (const auto actions : actions_in_order(results)) table(make(results, actions));
    return *this;
  }
  SectionBuilder& figures(const Results& results, FigureOfActions make) {
    for (const auto actions : actions_in_order(results)) figure(make(results, actions));
    return *this;
  }

  [[nodiscard]] Section finish() { return std::move(section_); }

 private:
  Section section_;
};

/// A section in which nothing has something to show is no section.
inline void add_section(std::vector<Section>& sections, Section section) {
  if (!section.blocks.empty()) sections.push_back(std::move(section));
}

}  // namespace windhover::report
