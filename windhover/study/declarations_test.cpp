#include "windhover/study/declarations.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/study/audit.hpp"
#include "windhover/study/engine.hpp"
#include "windhover/study/testing.hpp"

namespace windhover::study {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::plan_of;
using testing::refusal_of;

const std::string factorial =
    "name = 'x'\nseeds = [3, 1, 7]\n[factors]\nrecurrent = [true, false]\nlayer_norm = [true, false]\n";

TEST(Claims, AreReadCheckedAndCompleted) {
  const auto plan = plan_of(factorial +
                            "[[claims]]\nid = 'K1'\ncell = 'gru+ln'\nat_least = 475\n"
                            "[[claims]]\nid = 'K2'\neffect = ['recurrent', 'layer_norm']\nmetric = 'gap'\n"
                            "direction = 'larger'\n");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  ASSERT_EQ(plan->study.claims.size(), 2U);
  EXPECT_EQ(plan->study.claims[0].arm, "a3c");
  EXPECT_EQ(plan->study.claims[1].arm, "");
  EXPECT_EQ(plan->study.config["claims"][0]["at_least"], 475.0);
}

struct BadDeclaration {
  const char* text;  ///< after the ten lines of a factorial study
  std::vector<const char*> parts;
};

class BadDeclarations : public ::testing::TestWithParam<BadDeclaration> {};

TEST_P(BadDeclarations, AreRefusedWithPlaceAndReason) {
  const auto plan = plan_of(factorial + GetParam().text);
  ASSERT_FALSE(plan.has_value()) << GetParam().text;
  EXPECT_EQ(plan.error().kind, ErrorKind::usage);
  for (const char* part : GetParam().parts) EXPECT_THAT(plan.error().message, HasSubstr(part));
}

const BadDeclaration bad_declarations[] = {
    {"[[claims]]\nid = 'K1'\ncell = 'gru+nl'\nat_least = 1\n",
     {"study.toml, line 6: [[claims]] 'K1'", "cell 'gru+nl' is unknown", "did you mean 'gru+ln'"}},
    {"[[claims]]\nid = 'K1'\ncell = 'gru'\nat_least = 1\n\n[[claims]]\nid = 'K2'\ncell = 'gru'\n",
     {"line 11: [[claims]] 'K2'", "exactly one of direction"}},
    {"[[claims]]\nid = 'K1'\ncell = 'gru'\nat_least = 1\n[[claims]]\nid = 'K1'\ncell = 'gru'\nat_most = 2\n",
     {"line 10: [[claims]] 'K1'", "twice"}},
    {"[[claims]]\nid = 'K1'\ncell = 'gru'\nat_least = 1\narm = 'a3d'\n", {"arm 'a3d'", "did you mean 'a3c'"}},
    {"[[claims]]\nid = 'K1'\ncontrast = { gru = 1, mpl = -1 }\ndirection = 'larger'\n",
     {"cell 'mpl'", "'mlp'"}},
    {"[[claims]]\nid = 'K1'\neffect = 'recurent'\ndirection = 'larger'\n",
     {"factor 'recurent'", "did you mean 'recurrent'"}},
    {"[[claims]]\nid = 'K1'\ncell = 'gru'\nat_leest = 1\n", {"unknown key 'at_leest'", "'at_least'"}},
    {"[claims]\nid = 'K1'\n", {"line 6", "[[claims]]"}},
    {"[noise_floor]\nreplicate = 'gru+lm'\n",
     {"line 7: [noise_floor]", "\"gru+lm\"", "did you mean 'gru+ln'"}},
    {"[noise_floor]\nseeds = [9]\n", {"[noise_floor]", "'replicate' is missing"}},
    {"[noise_floor]\nreplicate = 'gru'\nseeds = [9, 7]\n", {"line 8", "holds 7", "the study's"}},
    {"[noise_floor]\nreplicate = 'gru'\nseeds = [9, 9]\n", {"holds 9 twice"}},
    {"[noise_floor]\nreplicat = 'gru'\n", {"unknown key 'replicat'", "did you mean 'replicate'"}},
    {"noise_floor = 3\n", {"no configuration key"}},  // below [factors]
};

INSTANTIATE_TEST_SUITE_P(Declarations, BadDeclarations, ::testing::ValuesIn(bad_declarations));

TEST(Claims, NeedADesignThatCanDecideThem) {
  const std::string claim = "[[claims]]\nid = 'K1'\n";
  EXPECT_THAT(refusal_of("name = 'x'\n[factors]\nhidden = [8, 16, 32]\n" + claim +
                         "effect = 'hidden'\ndirection = 'larger'"),
              AllOf(HasSubstr("3 levels"), HasSubstr("'contrast'")));
  EXPECT_THAT(
      refusal_of("name = 'x'\ndesign = 'one-at-a-time'\n[factors]\nhidden = [8, 16]\nlr = [1e-3, 1e-4]\n" +
                 claim + "effect = 'hidden'\ndirection = 'larger'"),
      HasSubstr("needs the design \"factorial\""));
  EXPECT_THAT(
      refusal_of("name = 'x'\narms = ['a3c']\n" + claim + "cell = 'gru+ln'\nmetric = 'gap'\nat_least = 1"),
      HasSubstr("the study has one arm"));
}

TEST(Claims, StandInTheEffectiveConfiguration) {
  const std::string text =
      factorial + "[[claims]]\nid = 'K1'\ncell = 'gru'\nat_least = 1\n[noise_floor]\nreplicate = 'gru'\n";
  const auto plan = plan_of(text);
  const TemporaryFolder folder;
  ASSERT_TRUE(record::write_study(folder.path(), plan->study).has_value());
  const auto again = make_plan(Document::read(folder.path() / "study.toml").value(), false);
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_THAT(differences(plan->study.config, again->study.config), ::testing::IsEmpty());
  EXPECT_EQ(again->study.claims, plan->study.claims);
  EXPECT_EQ(again->study.noise_floor->seeds, plan->study.noise_floor->seeds);
}

TEST(NoiseFloor, TrainsItsCellAgainUnderOtherSeeds) {
  const auto plan = plan_of(factorial + "[noise_floor]\nreplicate = 'mlp+ln'\n");
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_THAT(plan->study.noise_floor->seeds, ElementsAre(8, 9, 10));
  std::vector<std::string> extra;
  for (const auto& run : runs_of(*plan)) {
    EXPECT_EQ(run.cell->cell.id, run.id.cell);
    if (run.id.seed > 7) extra.push_back(run.id.folder().string());
  }
  EXPECT_EQ(runs_of(*plan).size(), 4U * 2 * 3 + 2 * 3);
  EXPECT_THAT(extra, ElementsAre("mlp+ln/a3c/seed-8", "mlp+ln/a3c/seed-9", "mlp+ln/a3c/seed-10",
                                 "mlp+ln/individual/seed-8", "mlp+ln/individual/seed-9",
                                 "mlp+ln/individual/seed-10"));
  const auto audited = audit(*plan);
  ASSERT_TRUE(audited.has_value());
  EXPECT_EQ(audited->seeds.size(), 6U);
}

TEST(NoiseFloor, SeedsThatWouldNotFitMustBeGiven) {
  const std::string text = "name = 'x'\nseeds = [9223372036854775807]\n[noise_floor]\nreplicate = 'gru+ln'\n";
  EXPECT_THAT(refusal_of(text), HasSubstr("'seeds' must be given"));
  EXPECT_EQ(plan_of(text + "seeds = [1]")->study.noise_floor->seeds.size(), 1U);
}

TEST(NoiseFloor, RunsLieBesideTheOthersAndLeaveThemAsTheyAre) {
  const std::string with = std::string(testing::tiny_study) + "[noise_floor]\nreplicate = 'gru+ln'\n";
  const TemporaryFolder plain;
  const TemporaryFolder floor;
  testing::RecordingObserver observer;
  const auto without = run_study(*plan_of(testing::tiny_study), {.out = plain.path()}, observer, {});
  const auto outcome = run_study(*plan_of(with), {.out = floor.path(), .jobs = 2}, observer, {});
  ASSERT_TRUE(without.has_value() && outcome.has_value());
  EXPECT_EQ(outcome->runs, without->runs + 4);
  EXPECT_NE(outcome->digest, without->digest);
  const auto record = record::read_study(floor.path());
  ASSERT_TRUE(record.has_value()) << record.error().message;
  EXPECT_EQ(record->runs.size(), 12U);
  EXPECT_EQ(record::study_digest(*record).value, outcome->digest);
  const auto plain_record = record::read_study(plain.path());
  ASSERT_TRUE(plain_record.has_value());
  for (const auto& run : plain_record->runs) {
    const auto same = std::ranges::find(record->runs, run.id, &record::Run::id);
    EXPECT_EQ(same->summary.digest, run.summary.digest);
  }
  std::filesystem::remove_all(floor.path() / "runs/gru+ln/a3c/seed-3");
  const auto again = run_study(*plan_of(with), {.out = floor.path()}, observer, {});
  EXPECT_EQ(again->digest, outcome->digest);
}

}  // namespace
}  // namespace windhover::study
