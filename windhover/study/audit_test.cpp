#include "windhover/study/audit.hpp"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/study/probe.hpp"
#include "windhover/study/testing.hpp"

namespace windhover::study {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::plan_of;

/// audit.json of a study, or what it would be.
Json audit_of(const std::string& text) {
  const auto plan = plan_of(text);
  EXPECT_TRUE(plan.has_value()) << plan.error().message;
  const auto result = audit(*plan);
  EXPECT_TRUE(result.has_value()) << result.error().message;
  return described::to_json(*result);
}

TEST(Audit, ThePublishedDesignPassesInNoTime) {
  const auto start = std::chrono::steady_clock::now();
  const Json result =
      audit_of("name = 'x'\n[factors]\nrecurrent = [true, false]\nlayer_norm = [true, false]");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_TRUE(result["passed"].get<bool>());
  ASSERT_EQ(result["cells"].size(), 4U);
  EXPECT_EQ(result["cells"][0]["parameters"], 106'372);
  EXPECT_EQ(result["cells"][1]["parameters"], 105'860);
  EXPECT_EQ(result["cells"][2]["parameters"], 23'812);
  EXPECT_EQ(result["cells"][3]["parameters"], 23'300);
  EXPECT_EQ(result["cell_pairs"].size(), 6U);
  EXPECT_EQ(result["seed_pairs"].size(), 10U);
  EXPECT_EQ(result["cell_pairs"][0]["checks"],
            (Json{{"layers", true}, {"parameters", true}, {"output", true}}));
  EXPECT_TRUE(require_passed(described::from_json<record::Audit>(result).value()).has_value());
}

TEST(Audit, FactorsOfTrainingAndEnvironmentAreProbed) {
  const Json result = audit_of(
      "name = 'x'\ndesign = 'one-at-a-time'\n[learner]\nhidden = 8\n[factors]\nlr = [1e-4, "
      "2e-4]\nentropy_coef = [0.05, 0.1]\n"
      "workers = [5, 3]\ncloud_units = [1000, 200]\ncloud_released_in_evaluation = [false, true]");
  EXPECT_TRUE(result["passed"].get<bool>()) << result["reasons"];
  EXPECT_EQ(result["cell_pairs"][0]["checks"], (Json{{"configuration", true}, {"probe", true}}));
}

TEST(Audit, BudgetAndScheduleAreToldApartByTheirConfiguration) {
  const Json result = audit_of(
      "name = 'x'\n[learner]\nhidden = 8\n[factors]\ntraining.episodes = [100, 200]\nschedule = ['logical', "
      "'threads']");
  EXPECT_TRUE(result["passed"].get<bool>()) << result["reasons"];
  EXPECT_FALSE(result["cells"][0].contains("probe"));
}

/// Delays of 200 and 300 part with update 201, long after the three episodes that a probe has otherwise.
TEST(Audit, LongDelaysAreProbedForAsLongAsTheyNeed) {
  const std::string study = "name = 'x'\narms = ['a3c']\n[learner]\nhidden = 8\n";
  const Json result = audit_of(study + "[factors]\ndelay = [0, 4, 200, 300]");
  EXPECT_TRUE(result["passed"].get<bool>()) << result["reasons"];
  for (const auto& pair : result["cell_pairs"])
    EXPECT_EQ(pair["checks"], (Json{{"configuration", true}, {"probe", true}}));
  // Where the pool is never short, two workers in turns are two side by side.
  const Json same = audit_of(study +
                             "[training]\nworkers = 2\n[environment_fields]\ncloud_units = "
                             "1000000\n[factors]\ndelay = [-1, 1]");
  EXPECT_FALSE(same["passed"].get<bool>());
}

TEST(Audit, ALevelThatChangesNothingIsRefusedWithTheReason) {
  // Which choice of actions is reported first has no part in any run.
  const Json result = audit_of(
      "name = 'x'\n[learner]\nhidden = 8\n[factors]\nsampled_first = [false, true]\nrecurrent = [true, "
      "false]");
  EXPECT_FALSE(result["passed"].get<bool>());
  const auto refused = require_passed(described::from_json<record::Audit>(result).value());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
  EXPECT_THAT(
      refused.error().message,
      AllOf(HasSubstr("cells gru+ln,sampled_first=false and gru+ln,sampled_first=true are the same in probe"),
            HasSubstr("factor sampled_first changes nothing")));
}

/// An untrained policy's pole falls after some twenty steps, long before either rollout is full.
TEST(Audit, LevelsThatPartOnlyWhenEpisodesGrowAreProbedForLonger) {
  const Json result = audit_of(
      "name = 'x'\nenvironment = 'cartpole'\narms = ['a3c']\n[learner]\nhidden = 8\nlr = 1e-3\n"
      "[factors]\nrollout = [100, 150]");
  EXPECT_TRUE(result["passed"].get<bool>()) << result["reasons"];
  EXPECT_EQ(result["cells"][0]["probe"], result["cells"][1]["probe"]);
  EXPECT_NE(result["cells"][0]["long_probe"], result["cells"][1]["long_probe"]);
}

const std::string decaying = "name = 'x'\npreset = 'tuned'\narms = ['a3c']\n[learner]\nhidden = 8\n";

/// What goes by the share of the budget that is behind shows, though delays need a longer look.
TEST(Audit, DecaysMoveInEveryProbe) {
  const Json result = audit_of(
      decaying + "entropy_coef = 0.01\n[factors]\ndelay = [0, 64]\nfinal_entropy_share = [1.0, 0.0]");
  EXPECT_TRUE(result["passed"].get<bool>()) << result["reasons"];
  EXPECT_TRUE(audit_of(decaying + "[factors]\nfinal_lr_share = [1.0, 0.5, 0.0]")["passed"].get<bool>());
  EXPECT_TRUE(
      audit_of(decaying + "[training]\nsteps = 1000000000\n[factors]\nfinal_lr_share = [1.0, 0.5]")["passed"]
          .get<bool>());
}

TEST(Audit, ALongProbeIsTheFirstPartOfARunOfTheStudy) {
  for (const std::string& budget : {std::string(), std::string("[training]\nsteps = 1000000000\n")}) {
    const auto plan = plan_of(decaying + budget + "[factors]\nfinal_entropy_share = [1.0, 0.0]");
    ASSERT_TRUE(plan.has_value()) << plan.error().message;
    const auto constant = probe_digest(*plan, plan->cells[0], ProbeLength::many_steps);
    const auto fading = probe_digest(*plan, plan->cells[1], ProbeLength::many_steps);
    ASSERT_TRUE(constant.has_value() && fading.has_value());
    EXPECT_NE(*constant, *fading) << budget;
  }
}

/// A decay with nothing to decay, and one in a training of a single episode, which no share of the budget is
/// ever behind.
TEST(Audit, ADecayThatNeverMovesChangesNothing) {
  EXPECT_FALSE(audit_of(decaying +
                        "entropy_coef = 0\n[factors]\ndelay = [0, 64]\nfinal_entropy_share = [1.0, "
                        "0.0]")["passed"]
                   .get<bool>());
  EXPECT_FALSE(
      audit_of(decaying + "[training]\nepisodes = 1\n[factors]\nfinal_lr_share = [1.0, 0.0]")["passed"]
          .get<bool>());
  EXPECT_TRUE(
      audit_of(decaying + "[training]\nepisodes = 2\n[factors]\nfinal_lr_share = [1.0, 0.0]")["passed"]
          .get<bool>());
}

/// One episode of 35 steps or fewer under the first seed, and a longer one under the second.
TEST(Audit, AShortBudgetIsProbedUnderEverySeed) {
  const auto passes = [](const std::string& seeds) {
    return audit_of("name = 'x'\nenvironment = 'cartpole'\narms = ['a3c']\nseeds = " + seeds +
                    "\n[learner]\nhidden = 8\n[training]\nworkers = 1\nepisodes = 1\n[factors]\nrollout = "
                    "[35, 40]")["passed"]
        .get<bool>();
  };
  EXPECT_FALSE(passes("[2]"));
  EXPECT_TRUE(passes("[2, 1]"));
}

/// The longest delay never ends in a run of so few updates.
TEST(Audit, ADelayBeyondTheBudgetChangesNothing) {
  const std::string study = "name = 'x'\narms = ['a3c']\n[learner]\nhidden = 8\n[training]\nepisodes = 2\n";
  EXPECT_FALSE(audit_of(study + "[factors]\ndelay = [200, 300]")["passed"].get<bool>());
  EXPECT_TRUE(audit_of(study + "[factors]\ndelay = [0, 300]")["passed"].get<bool>());
}

TEST(Audit, ABoundThatIsNeverReachedChangesNothing) {
  const Json result = audit_of("name = 'x'\n[learner]\nhidden = 8\n[factors]\nmax_grad_norm = [1e6, 2e6]");
  EXPECT_FALSE(result["passed"].get<bool>());
}

}  // namespace
}  // namespace windhover::study
