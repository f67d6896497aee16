#pragma once

#include <optional>
#include <string>
#include <vector>

#include "windhover/analysis/results/statistics.hpp"

namespace windhover::analysis {

struct VelocityPoint {
  double condition = not_a_number;
  bool trained = false;
  double mean = not_a_number;
  std::optional<Interval> ci95 = {};
  std::vector<double> seed_values = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("condition", self.condition);
    visit("trained", self.trained);
    visit("mean", self.mean);
    visit("ci95", self.ci95);
    visit("seed_values", self.seed_values);
  }
};

/// How often each action is taken under a condition, over seeds.
struct ActionPoint {
  double condition = not_a_number;
  std::vector<double> shares = {};  ///< as action_names

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("condition", self.condition);
    visit("shares", self.shares);
  }
};

struct ActionCurve {
  std::string cell = {};
  std::string arm = {};
  ActionChoice actions = ActionChoice::greedy;
  std::vector<ActionPoint> points = {};
  Origin origin = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("cell", self.cell);
    visit("arm", self.arm);
    visit("actions", self.actions);
    visit("points", self.points);
    visit.inlined(self.origin);
  }
};

struct VelocityCurve {
  std::string cell = {};
  std::string arm = {};
  ActionChoice actions = ActionChoice::greedy;
  std::vector<VelocityPoint> points = {};
  Origin origin = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("cell", self.cell);
    visit("arm", self.arm);
    visit("actions", self.actions);
    visit("points", self.points);
    visit.inlined(self.origin);
  }
};

/// A bin of episodes.
struct TrainingPoint {
  double episode = not_a_number;  ///< the bin's centre
  double step = not_a_number;     ///< environment steps of the run by then, all workers together
  double mean = not_a_number;
  std::optional<Interval> ci95 = {};
  double entropy = not_a_number;
  double policy_loss = not_a_number;
  double value_loss = not_a_number;
  double gradient_norm = not_a_number;
  std::vector<double> seed_values = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("episode", self.episode);
    visit("step", self.step);
    visit("mean", self.mean);
    visit("ci95", self.ci95);
    visit("entropy", self.entropy);
    visit("policy_loss", self.policy_loss);
    visit("value_loss", self.value_loss);
    visit("gradient_norm", self.gradient_norm);
    visit("seed_values", self.seed_values);
  }
};

struct TrainingCurve {
  std::string cell = {};
  std::string arm = {};
  std::vector<TrainingPoint> points = {};
  Origin origin = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("cell", self.cell);
    visit("arm", self.arm);
    visit("points", self.points);
    visit.inlined(self.origin);
  }
};

/// The share of pooled rows above each threshold.
struct ProfileCurve {
  std::string cell = {};
  std::string arm = {};
  ActionChoice actions = ActionChoice::greedy;
  std::size_t n_seeds = 0;
  std::vector<double> shares = {};
  std::optional<std::vector<double>> lower = {};
  std::optional<std::vector<double>> upper = {};
  std::string note = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("cell", self.cell);
    visit("arm", self.arm);
    visit("actions", self.actions);
    visit("n_seeds", self.n_seeds);
    visit("shares", self.shares);
    visit("lower", self.lower);
    visit("upper", self.upper);
    visit("note", self.note);
  }
};

struct PerformanceProfiles {
  std::string rule = {};
  std::vector<double> taus = {};
  std::vector<ProfileCurve> curves = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("rule", self.rule);
    visit("taus", self.taus);
    visit("curves", self.curves);
  }
};

/// Whether and how one model collapsed.
struct ModelCollapse {
  std::string cell = {};
  std::string arm = {};
  std::uint64_t seed = 0;
  int model = 0;
  std::optional<bool> collapsed_greedy = {};
  std::optional<std::string> greedy_action = {};
  double greedy_action_share = not_a_number;
  std::vector<double> action_shares_greedy = {};
  std::optional<bool> collapsed_training = {};
  double final_entropy = not_a_number;
  std::optional<int> low_entropy_since_episode = {};
  double sampled_score = not_a_number;
  double reference_score = not_a_number;
  std::vector<double> mean_action_probabilities = {};
  double largest_policy_loss = not_a_number;
  double largest_value_loss = not_a_number;
  double largest_total_loss = not_a_number;
  Origin origin = {};

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("cell", self.cell);
    visit("arm", self.arm);
    visit("seed", self.seed);
    visit("model", self.model);
    visit("collapsed_greedy", self.collapsed_greedy);
    visit("greedy_action", self.greedy_action);
    visit("greedy_action_share", self.greedy_action_share);
    visit("action_shares_greedy", self.action_shares_greedy);
    visit("collapsed_training", self.collapsed_training);
    visit("final_entropy", self.final_entropy);
    visit("low_entropy_since_episode", self.low_entropy_since_episode);
    visit("sampled_score", self.sampled_score);
    visit("reference_score", self.reference_score);
    visit("mean_action_probabilities", self.mean_action_probabilities);
    visit("largest_policy_loss", self.largest_policy_loss);
    visit("largest_value_loss", self.largest_value_loss);
    visit("largest_total_loss", self.largest_total_loss);
    visit.inlined(self.origin);
  }
};

}  // namespace windhover::analysis
