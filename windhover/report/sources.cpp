#include "windhover/report/sources.hpp"

#include <string>
#include <unordered_map>

namespace windhover::report {
namespace {

/// JSON pointers (RFC 6901) of the members that some cell or sentence asks for.
using Places = std::unordered_map<const void*, std::string>;

/// Finds the places of leaves.
class PlaceFinder {
 public:
  explicit PlaceFinder(Places& places) : places_(places) {}

  template <class Leaf>
  void operator()(const Leaf& leaf, const Json::json_pointer& here) {
    if (const auto place = places_.find(&leaf); place != places_.end()) place->second = here.to_string();
  }

 private:
  Places& places_;
};

template <typename Visit>
void for_each_cell(Page& page, const Visit& visit) {
  const auto visit_table = [&](Table& table) {
    for (auto& row : table.rows) {
      for (auto& cell : row) visit(cell);
    }
  };
  for_each_block(page, [&](Block& block) {
    if (auto* table = std::get_if<Table>(&block)) visit_table(*table);
    if (auto* figure = std::get_if<Figure>(&block)) visit_table(figure->data);
  });
}

template <typename Visit>
void for_each_sentence(Summary& summary, const Visit& visit) {
  visit(summary.asked);
  visit(summary.quick);
  for (auto* list : {&summary.alerts, &summary.found, &summary.second_look, &summary.certainty,
                     &summary.beats, &summary.warnings}) {
    for (auto& sentence : *list) visit(sentence);
  }
}

}  // namespace

void cite_sources(Page& page, const Results& results) {
  Places places;
  for_each_cell(page, [&](const Cell& cell) {
    for (const auto* node : cell.nodes) places.try_emplace(node);
  });
  for_each_sentence(page.summary, [&](const Sentence& sentence) { places.try_emplace(sentence.node); });
  PlaceFinder find(places);
  described::for_each_leaf(results, Json::json_pointer(), find);
  for_each_cell(page, [&](Cell& cell) {
    for (const auto* node : cell.nodes) {
      const auto& place = places.at(node);
      if (!place.empty()) cell.source += (cell.source.empty() ? "" : " ") + place;
    }
  });
  for_each_sentence(page.summary, [&](Sentence& sentence) { sentence.source = places.at(sentence.node); });
}

}  // namespace windhover::report
