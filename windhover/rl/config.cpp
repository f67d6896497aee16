#include "windhover/rl/config.hpp"

#include "windhover/core/nearest.hpp"

namespace windhover::rl {

const std::vector<Field<LearnerConfig>>& LearnerConfig::fields() {
  using C = LearnerConfig;
  static const std::vector<Field<C>> all = {
      {"recurrent", &C::recurrent, "a GRU instead of the second feed-forward layer"},
      {"layer_norm", &C::layer_norm, "LayerNorm after the first layer and on the body's output"},
      {"hidden", &C::hidden, "units of each hidden layer", 1, 4096},
      {"rollout", &C::rollout, "steps between two updates, fewer at the end of an episode", 1, 10000},
      {"gamma", &C::gamma, "discount factor", 0, 1},
      {"gae_lambda", &C::gae_lambda, "lambda of generalised advantage estimation; 1 is the n-step return", 0,
       1},
      {"reward_factor", &C::reward_factor, "the learner sees rewards times this; scores do not", 1e-9, 1e9},
      {"value_coef", &C::value_coef, "weight of the value loss", 0, 1e6},
      {"entropy_coef", &C::entropy_coef, "weight of the entropy bonus", 0, 1e6},
      {"final_entropy_share", &C::final_entropy_share,
       "share of entropy_coef that is left at the end; linear in between", 0, 1},
      {"max_grad_norm", &C::max_grad_norm, "gradients are clipped to this global norm", 1e-12, 1e12},
      {"lr", &C::lr, "Adam's learning rate", 0, 1e3},
      {"final_lr_share", &C::final_lr_share, "share of lr that is left at the end; linear in between", 0, 1},
      {"adam_beta1", &C::adam_beta1, "Adam's decay of the first moment", 0, largest_below_one},
      {"adam_beta2", &C::adam_beta2, "Adam's decay of the second moment", 0, largest_below_one},
      {"adam_eps", &C::adam_eps, "Adam's epsilon", 1e-30, 1},
      {"normalise_advantage", &C::normalise_advantage,
       "advantages to mean 0 and standard deviation 1 in each rollout"},
      {"head_gain", &C::head_gain, "gain of both heads' orthogonal initial weights", 0, 1e3},
      {"schedule",
       &C::schedule,
       "logical: reproducible asynchrony; threads: one lock-free thread a worker",
       0,
       0,
       {"logical", "threads"}},
      {"delay", &C::delay,
       "a3c: workers update in turns, with gradients on the parameters so many updates ago; -1: off",
       no_delay, 10000},
  };
  return all;
}

nn::Architecture LearnerConfig::architecture(int observations, int actions) const {
  return {.observations = observations,
          .actions = actions,
          .hidden = hidden,
          .recurrent = recurrent,
          .layer_norm = layer_norm};
}

namespace {

/// Found by the experiments in studies/tuning/, which docs/tuning.md tells of.
LearnerConfig tuned() {
  LearnerConfig config;
  config.rollout = 100;
  config.gamma = 0.95;
  config.reward_factor = 0.03;
  config.value_coef = 0.5;
  config.entropy_coef = 0.004;
  config.final_entropy_share = 0;
  config.max_grad_norm = 0.5;
  config.lr = 1e-3;
  config.final_lr_share = 0;
  config.adam_beta2 = 0.99;
  config.adam_eps = 1e-4;
  config.head_gain = 0.01;
  return config;
}

}  // namespace

const std::vector<std::string>& preset_names() {
  static const std::vector<std::string> names = {"published", "tuned"};
  return names;
}

Result<LearnerConfig> preset(std::string_view name) {
  if (name == "published") return LearnerConfig{};
  if (name == "tuned") return tuned();
  return usage_error(fmt::format("unknown preset '{}'{}", name, suggestion(name, preset_names())));
}

}  // namespace windhover::rl
