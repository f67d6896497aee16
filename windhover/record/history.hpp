#pragma once

#include <string>
#include <vector>

#include "windhover/core/described.hpp"

/// history.json: the plans that a study's folder had before its study.toml, the oldest first. There is none
/// as long as there was but one.
namespace windhover::record {

struct EarlierPlan {
  std::string until = {};        ///< when the next took its place: "2026-12-01T13:45:02Z"
  std::string study = {};        ///< hash of the effective configuration
  Json config = Json::object();  ///< the effective configuration

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("until", self.until);
    visit("study", self.study);
    visit("config", self.config);
  }
};

struct History {
  std::vector<EarlierPlan> plans = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("plans", self.plans);
  }
};

}  // namespace windhover::record
