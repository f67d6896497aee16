#include "windhover/report/sources.hpp"

#include <string>
#include <unordered_map>

namespace windhover::report {
namespace {

/// JSON pointers (RFC 6901) of the nodes that some cell asks for.
using Places = std::unordered_map<const Json*, std::string>;

void find_places(const Json& node, const Json::json_pointer& here, Places& places) {
  if (const auto place = places.find(&node); place != places.end()) place->second = here.to_string();
  if (node.is_object()) {
    for (const auto& [key, child] : node.items()) find_places(child, here / key, places);
  }
  if (node.is_array()) {
    for (std::size_t i = 0; i < node.size(); ++i) find_places(node[i], here / i, places);
  }
}

template <typename Visit>
void for_each_cell(Document& document, const Visit& visit) {
  const auto visit_table = [&](Table& table) {
    for (auto& row : table.rows) {
      for (auto& cell : row) visit(cell);
    }
  };
  const auto visit_blocks = [&](std::vector<Block>& blocks) {
    for (auto& block : blocks) {
      if (auto* table = std::get_if<Table>(&block)) visit_table(*table);
      if (auto* figure = std::get_if<Figure>(&block)) visit_table(figure->data);
    }
  };
  visit_blocks(document.summary.blocks);
  for (auto& section : document.sections) visit_blocks(section.blocks);
}

}  // namespace

void cite_sources(Document& document, const Json& results) {
  Places places;
  for_each_cell(document, [&](const Cell& cell) {
    for (const auto* node : cell.nodes) places.try_emplace(node);
  });
  find_places(results, Json::json_pointer(), places);
  for_each_cell(document, [&](Cell& cell) {
    for (const auto* node : cell.nodes) {
      const auto& place = places.at(node);
      if (!place.empty()) cell.source += (cell.source.empty() ? "" : " ") + place;
    }
  });
}

}  // namespace windhover::report
