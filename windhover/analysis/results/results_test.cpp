#include "windhover/analysis/results/results.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <typeinfo>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "windhover/analysis/results/comparison.hpp"
#include "windhover/analysis/results/power.hpp"
#include "windhover/analysis/testing/analysed.hpp"
#include "windhover/analysis/testing/fake_study.hpp"
#include "windhover/analysis/testing/small_study.hpp"
#include "windhover/analysis/testing/two_environments.hpp"

namespace windhover::analysis {
namespace {

using testing::analysed;

/// The message of reading results in which something was changed.
std::string refusal(const Json& json) {
  const auto results = results_from_json(json);
  return results ? std::string("none") : results.error().message;
}

/// Studies that between them have everything that results can hold.
std::vector<record::StudyRecord> studies() {
  auto one_arm = testing::fake_study({.seeds = {1}, .arms = {"a3c"}, .conditions = {0}});
  auto unfinished = testing::small_study();
  unfinished.runs.clear();
  auto failed = testing::small_study();
  failed.runs.front().summary.status = record::RunStatus::failed;
  failed.runs.front().summary.diagnosis = "diverged";
  auto claimed = testing::small_study();
  claimed.study.claims = {{.id = "K1", .text = "it helps", .arm = "a3c", .contrasts = {{{.cell = "gru"}}}}};
  return {testing::fake_study(),
          testing::fake_study({.arms = {"a3c", "a2c", "individual-matched", "individual"}}),
          testing::fake_study({.noise_floor_seeds = {7, 8, 9}}),
          one_arm,
          unfinished,
          failed,
          claimed,
          testing::two_environments()};
}

TEST(Results, WhatIsWrittenReadAndWrittenAgainHasTheSameBytes) {
  for (const auto& record : studies()) {
    const auto first = analysed(record).dump(2);
    const auto results = results_from_json(Json::parse(first));
    ASSERT_TRUE(results.has_value()) << results.error().message;
    EXPECT_EQ(to_json(*results).dump(2), first);
  }
}

/// Collects the structs that leave a member out of `describe`: by bytes that belong to no described member
/// and are more than padding.
class Coverage {
 public:
  std::set<std::string> incomplete;

  template <class T>
  void check() {
    if constexpr (described::IsLeaf<T>) {
      return;
    } else if constexpr (requires { typename T::mapped_type; }) {
      check<typename T::mapped_type>();
    } else if constexpr (requires { typename T::value_type; }) {
      check<typename T::value_type>();
    } else {
      if (!seen_.insert(typeid(T).name()).second) return;
      const T value{};
      Members members{.coverage = *this, .ranges = {}};
      T::describe(value, members);
      const auto* end = reinterpret_cast<const std::byte*>(&value);
      std::ranges::sort(members.ranges, {}, &Range::begin);
      bool whole = true;
      for (const auto& range : members.ranges) {
        whole = whole && static_cast<std::size_t>(range.begin - end) < range.alignment;
        end = range.begin + range.size;
      }
      const auto* last = reinterpret_cast<const std::byte*>(&value + 1);
      if (!whole || static_cast<std::size_t>(last - end) >= alignof(T)) incomplete.insert(typeid(T).name());
    }
  }

 private:
  struct Range {
    const std::byte* begin;
    std::size_t size;
    std::size_t alignment;
  };
  struct Members {
    Coverage& coverage;
    std::vector<Range> ranges;

    template <class T>
    void add(const T& member) {
      ranges.push_back({reinterpret_cast<const std::byte*>(&member), sizeof member, alignof(T)});
      coverage.check<T>();
    }
    template <class T>
    void operator()(const char* /*name*/, const T& member) {
      add(member);
    }
    template <class T>
    void maybe(const char* /*name*/, const T& member) {
      add(member);
    }
    template <class T>
    void if_any(const char* /*name*/, const T& member) {
      add(member);
    }
    template <class T>
    void inlined(const T& member) {
      add(member);
    }
    template <class T>
    void rest(const T& member) {
      add(member);
    }
  };

  std::set<std::string> seen_;
};

/// Described without its second member.
struct Forgetful {
  double first = 0;
  double second = 0;

  template <class Self, class Visit>
  static void describe(Self& self, Visit& visit) {
    visit("first", self.first);
  }
};

TEST(Results, EveryMemberIsDescribed) {
  Coverage coverage;
  coverage.check<Results>();
  coverage.check<Comparison>();
  coverage.check<PowerPlan>();
  EXPECT_THAT(coverage.incomplete, ::testing::IsEmpty());
  coverage.check<Forgetful>();
  EXPECT_EQ(coverage.incomplete.size(), 1U);
}

TEST(Results, AForgottenKeyIsNamedWithItsPlace) {
  auto json = analysed(testing::small_study());
  json["cells"][3]["arms"]["a3c"]["greedy"].erase("mean");
  EXPECT_EQ(refusal(json), "cells[3].arms.a3c.greedy: 'mean' is missing");
}

TEST(Results, AKeyThatNobodyReadsIsNamedWithItsPlace) {
  auto json = analysed(testing::small_study());
  json["effects"]["steps"][0]["sampled"]["gap"]["p_valeu"] = 0.5;
  EXPECT_THAT(refusal(json), ::testing::StartsWith("effects.steps[0].sampled.gap: unknown key 'p_valeu'"));
}

TEST(Results, AnotherTypeIsNamedWithItsPlace) {
  auto json = analysed(testing::small_study());
  json["statements"][1]["estimate"] = "large";
  EXPECT_EQ(refusal(json), "statements[1].estimate: must be a number or null, not \"large\"");
}

TEST(Results, AnotherSchemaIsRefused) {
  auto json = analysed(testing::small_study());
  json["schema"] = "windhover-results/0";
  EXPECT_THAT(refusal(json), ::testing::HasSubstr("windhover-results/0"));
}

}  // namespace
}  // namespace windhover::analysis
