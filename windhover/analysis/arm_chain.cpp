#include "windhover/analysis/arm_chain.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "windhover/analysis/inference.hpp"
#include "windhover/analysis/wording.hpp"

namespace windhover::analysis {
namespace {

/// An arm, and what the step to the next one takes away.
struct Station {
  const char* arm;
  const char* removes;
};

constexpr std::array chain = {Station{"a3c", "asynchrony"},
                              Station{"a2c", "pooling of experience in one model"},
                              Station{"individual-mixed", "diversity of training conditions"},
                              Station{"individual-matched", "sample budget"}, Station{"individual", ""}};

constexpr const char* arm_chain_rule =
    "Each link is the mean of its first arm less that of its second, paired over the seeds that finished "
    "every arm of the chain in that cell, so that the links add up to the total; t interval, p by t and by "
    "exact sign flip; nobody declared them, so they count among what was explored. A link over arms that the "
    "study has not changes several things at once and can not tell them apart. a2c makes one update where "
    "a3c makes one for every worker. Links may have opposite signs: none is a share of the total.";

/// Positions in the chain of the arms that the study has.
std::vector<std::size_t> stations_of(const record::Study& study) {
  std::vector<std::size_t> stations;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    if (std::ranges::find(study.arms, chain[i].arm) != study.arms.end()) stations.push_back(i);
  }
  return stations;
}

bool has_control_arm(const std::vector<std::size_t>& stations) {
  return std::ranges::any_of(stations, [](std::size_t i) { return i > 0 && i + 1 < chain.size(); });
}

std::string name_of_link(std::size_t from, std::size_t to) {
  std::vector<std::string> removed;
  for (std::size_t i = from; i < to; ++i) removed.emplace_back(chain[i].removes);
  return list_text(removed) + (removed.size() > 1 ? " together" : "");
}

/// Seed means of every station of one cell: a row a station, a column a seed that finished them all.
struct Means {
  std::vector<std::uint64_t> seeds = {};
  std::vector<std::vector<double>> rows = {};
};

Means means_of(const ScoreBook& book, const std::string& cell, const std::vector<std::size_t>& stations,
               ActionChoice choice) {
  Means means{.rows = std::vector<std::vector<double>>(stations.size())};
  for (const auto seed : book.study().seeds) {
    std::vector<const RunScores*> runs;
    runs.reserve(stations.size());
    for (const std::size_t station : stations) runs.push_back(book.find(cell, chain[station].arm, seed));
    if (std::ranges::find(runs, nullptr) != runs.end()) continue;
    means.seeds.push_back(seed);
    for (std::size_t i = 0; i < runs.size(); ++i) means.rows[i].push_back(runs[i]->mean(choice));
  }
  return means;
}

/// Station `from` of the chain less station `to`, whose means these are.
ArmDifference arm_difference(std::size_t from, std::size_t to, const std::vector<double>& first,
                             const std::vector<double>& second) {
  ArmDifference entry{.first = chain[from].arm, .second = chain[to].arm};
  for (std::size_t i = 0; i < first.size(); ++i) entry.seed_values.push_back(first[i] - second[i]);
  entry.contrast = contrast_of(entry.seed_values);
  return entry;
}

ChainLinks chain_links(const ScoreBook& book, const std::string& cell,
                       const std::vector<std::size_t>& stations, ActionChoice choice) {
  const Means means = means_of(book, cell, stations, choice);
  ChainLinks entry{
      .seeds = means.seeds,
      .total = arm_difference(stations.front(), stations.back(), means.rows.front(), means.rows.back())};
  for (std::size_t i = 0; i + 1 < stations.size(); ++i) {
    entry.links.push_back(arm_difference(stations[i], stations[i + 1], means.rows[i], means.rows[i + 1]));
    entry.links.back().name = name_of_link(stations[i], stations[i + 1]);
  }
  return entry;
}

}  // namespace

std::optional<ArmChain> arm_chain_of(const ScoreBook& book) {
  const auto stations = stations_of(book.study());
  if (stations.size() < 2 || !has_control_arm(stations)) return std::nullopt;
  ArmChain entry{.rule = arm_chain_rule};
  for (const std::size_t station : stations) entry.arms.emplace_back(chain[station].arm);
  for (const auto& cell : book.study().cells) {
    auto& of_cell = entry.cells.emplace_back(ChainOfCell{.cell = cell.id});
    for (const auto choice : both_choices)
      of_cell.chains[choice] = chain_links(book, cell.id, stations, choice);
  }
  return entry;
}

}  // namespace windhover::analysis
