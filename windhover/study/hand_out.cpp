#include "windhover/study/hand_out.hpp"

#include <algorithm>

#include "windhover/core/contract.hpp"
#include "windhover/study/list_schedule.hpp"

namespace windhover::study {

HandOut::HandOut(std::vector<RunLoad> runs)
    : runs_(std::move(runs)), places_(runs_.size()), held_(runs_.size()) {
  std::vector<double> costs;
  for (const auto& run : runs_) costs.push_back(run.cost);
  order_ = longest_first(costs);
  for (std::size_t place = 0; place < order_.size(); ++place) {
    places_[order_[place]] = place;
    pending_.insert(pending_.end(), place);
  }
}

void HandOut::join(std::size_t number, int threads) {
  WINDHOVER_CHECK(threads >= 1 && !workers_.contains(number));
  workers_.emplace(number, Worker{.threads = threads, .idle = threads});
  idlest_.emplace(-threads, number);
  sizes_.insert(threads);
}

void HandOut::set_idle(std::size_t number, Worker& worker, int idle) {
  idlest_.erase({-worker.idle, number});
  worker.idle = idle;
  idlest_.emplace(-idle, number);
}

std::optional<HandedOut> HandOut::next() {
  if (pending_.empty() || idlest_.empty()) return std::nullopt;
  const std::size_t run = order_[*pending_.begin()];
  const int threads = std::min(runs_[run].threads, largest());
  const std::size_t number = idlest_.begin()->second;
  Worker& worker = workers_.at(number);
  if (worker.idle < threads) return std::nullopt;
  pending_.erase(pending_.begin());
  set_idle(number, worker, worker.idle - threads);
  worker.runs.insert(run);
  held_[run] = Holding{.worker = number, .threads = threads};
  ++at_work_;
  return HandedOut{.worker = number, .run = run};
}

void HandOut::end(std::size_t run) {
  WINDHOVER_CHECK(held_[run].has_value());
  const Holding holding = *std::exchange(held_[run], std::nullopt);
  Worker& worker = workers_.at(holding.worker);
  worker.runs.erase(run);
  set_idle(holding.worker, worker, worker.idle + holding.threads);
  --at_work_;
}

std::vector<std::size_t> HandOut::lose(std::size_t number) {
  const auto found = workers_.find(number);
  WINDHOVER_CHECK(found != workers_.end());
  const Worker& worker = found->second;
  std::vector<std::size_t> runs(worker.runs.begin(), worker.runs.end());
  for (const std::size_t run : runs) {
    held_[run].reset();
    pending_.insert(places_[run]);
  }
  at_work_ -= runs.size();
  idlest_.erase({-worker.idle, number});
  sizes_.erase(sizes_.find(worker.threads));
  workers_.erase(found);
  return runs;
}

}  // namespace windhover::study
