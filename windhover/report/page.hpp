#pragma once

#include <string>
#include <variant>
#include <vector>

#include "windhover/analysis/results/results.hpp"
#include "windhover/report/chart.hpp"
#include "windhover/report/table.hpp"

namespace windhover::report {

using analysis::Results;

/// Ways to other reports, each in a folder that is named from this one's.
struct Links {
  struct Link {
    std::string text;
    std::string folder;  ///< "environments/cartpole", ".."
  };
  std::vector<Link> links;
};

/// A paragraph, a table, a figure or links.
using Block = std::variant<std::string, Table, Figure, Links>;

struct Section {
  std::string id;
  std::string title;
  std::vector<Block> blocks = {};
  bool folded = false;  ///< opened by a click, in print always
};

/// A sentence, and where in the results it stands; nowhere if the page is made of other data.
struct Sentence {
  std::string text = {};
  const void* node = nullptr;  ///< the member of the results
  std::string source = {};     ///< its JSON pointer, once cite_sources has looked it up
  std::string about = {};      ///< of a judgement: the key of the statement that it is, and its verdict
  std::string verdict = {};
};

/// What the top of the report says.
struct Summary {
  Sentence asked = {};
  Sentence quick = {};  ///< empty unless the study is a shortened one
  std::vector<Sentence> alerts = {};
  std::string found_with = {};  ///< the choice of actions that `found` is about
  std::vector<Sentence> found = {};
  std::vector<Sentence> second_look = {};
  std::vector<Sentence> certainty = {};
  std::vector<Sentence> beats = {};
  std::vector<Sentence> warnings = {};
  std::vector<Block> blocks = {};  ///< the scores at a glance, and verdicts
};

/// The whole report before any format.
struct Page {
  std::string title;
  std::string_view mark = {};              ///< for the page's head: an element by which the page is known
  std::vector<std::string> tags = {};      ///< profile, seeds and the like, for the line below the title
  std::vector<std::string> policies = {};  ///< choices of actions, the one that is reported first in front
  Summary summary = {};
  std::vector<Section> sections = {};
};

/// Every block of the page, in order: those beside the summary, then those of the sections.
template <class AnyPage, class Visit>
void for_each_block(AnyPage& page, const Visit& visit) {
  for (auto& block : page.summary.blocks) visit(block);
  for (auto& section : page.sections) {
    for (auto& block : section.blocks) visit(block);
  }
}

/// What the results say in words, and how large the study is: "4 cells × 2 arms × 5 seeds".
[[nodiscard]] Summary summary_sentences(const Results& results);
[[nodiscard]] std::string study_size(const Results& results);

/// Throws std::exception if the results name a cell or arm that they do not have.
[[nodiscard]] Page make_page(const Results& results);

/// Of a study of which no run has finished: takes away every section but those that `kept` names, which hold
/// facts of the study.
void drop_findings(Page& page, const std::vector<std::string>& kept);

/// Pages show the first rows of long tables only, and none of what a figure shows of many; all stand in
/// tables/.
void shorten_tables(Page& page);

/// Every table of the document, those of figures included, in order.
[[nodiscard]] std::vector<Table> tables_of(const Page& page);

}  // namespace windhover::report
