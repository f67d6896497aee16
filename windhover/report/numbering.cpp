#include "windhover/report/numbering.hpp"

#include <map>
#include <string>

#include <fmt/format.h>

namespace windhover::report {
namespace {

/// One kind of what is numbered.
class Counter {
 public:
  explicit Counter(const char* kind) : kind_(kind) {}

  /// "Figure 3", or "Table 2, greedy actions" of one that has a twin under the other choice.
  [[nodiscard]] std::string next(const std::string& id, const std::string& actions) {
    if (actions.empty()) return fmt::format("{} {}", kind_, ++count_);
    const auto name = id.substr(0, id.size() - actions.size());
    const auto [place, is_new] = numbers_.try_emplace(name, count_ + 1);
    if (is_new) ++count_;
    return fmt::format("{} {}, {} actions", kind_, place->second, actions);
  }

 private:
  const char* kind_;
  int count_ = 0;
  std::map<std::string, int> numbers_;
};

}  // namespace

void number_blocks(Page& page) {
  Counter tables("Table");
  Counter figures("Figure");
  for_each_block(page, [&](Block& block) {
    if (auto* table = std::get_if<Table>(&block)) table->number = tables.next(table->id, table->actions);
    auto* figure = std::get_if<Figure>(&block);
    if (figure == nullptr) return;
    figure->number = figures.next(figure->id, figure->actions);
    figure->data.title = fmt::format("Data of {}.", figure->number);
    figure->data.actions = figure->actions;
  });
}

}  // namespace windhover::report
