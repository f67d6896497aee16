#include "tests/integration/program.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace windhover::integration {
namespace {

using Json = nlohmann::json;

// No test asserts a time: only that what is printed is whole and agrees with itself.

Json measured(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "bench");
  arguments.insert(arguments.end(), {"--repeats", "1", "--json"});
  const auto ending = run(arguments);
  EXPECT_EQ(ending.code, 0) << ending.err;
  return Json::parse(ending.out);
}

TEST(Bench, BenchmarksPrintTheirRate) {
  for (const char* benchmark : {"train", "eval", "env"}) {
    const Json json = measured({benchmark, "--seconds", "0.02"});
    EXPECT_GT(json["steps_per_second"].get<double>(), 0) << benchmark;
    EXPECT_GT(json["peak_gflops"].get<double>(), 0) << benchmark;
    EXPECT_GT(json["peak_rss_mb"].get<double>(), 0) << benchmark;
  }
}

TEST(Bench, SpeedIsHeldAgainstTheBoundOfTheSameMoment) {
  for (const auto& arguments :
       {std::vector<std::string>{"train", "--cell", "mlp"}, {"eval", "--cell", "gru"}}) {
    std::vector<std::string> with_time = arguments;
    with_time.insert(with_time.end(), {"--seconds", "0.02"});
    const Json json = measured(with_time);
    const double rate = json["steps_per_second"].get<double>();
    EXPECT_NEAR(json["achieved_over_bound"].get<double>(),
                rate / json["bound_steps_per_second"].get<double>(), 1e-9);
    EXPECT_GT(json["gflops"].get<double>(), 0);
  }
}

TEST(Bench, TheMachineAndTheKernelsAreMeasured) {
  const Json machine = measured({"machine", "--seconds", "0.02"});
  for (const char* rate : {"peak_gflops", "vector_matrix_l2_gflops", "vector_matrix_l3_gflops",
                           "copy_arenas_gb_per_second", "copy_memory_gb_per_second"})
    EXPECT_GT(machine[rate].get<double>(), 0) << rate;
  const Json kernels = measured({"kernels", "--seconds", "0.02", "--hidden", "32"});
  for (const Json& kernel : kernels["kernels"]) EXPECT_GT(kernel["nanoseconds"].get<double>(), 0) << kernel;
}

TEST(Bench, GrowthIsMeasuredInProcessesOfTheirOwnAndDrawn) {
  const Workspace workspace;
  const Json growth = measured({"growth", "--dimension", "workers", "--seconds", "0.02", "--cell", "mlp",
                                "--drawing", workspace.path("growth.svg")});
  ASSERT_EQ(growth["series"].size(), 1U);
  EXPECT_EQ(growth["series"][0]["points"].size(), 4U);
  EXPECT_THAT(content_of(workspace.path("growth.svg")), testing::StartsWith("<svg"));
}

TEST(Bench, AShortStudyIsTimedOnOneJobAndOnTwo) {
  const Json study = measured({"study", "--episodes", "1", "--seeds", "1", "--hidden", "8"});
  ASSERT_EQ(study["jobs"].size(), 2U);
  EXPECT_EQ(study["runs"], 8);
  EXPECT_EQ(study["jobs"][0]["parallel_efficiency"], 1.0);
  EXPECT_GT(study["jobs"][1]["parallel_efficiency"].get<double>(), 0.0);
}

TEST(Bench, ScaleIsSimulatedFromWhatMessagesTake) {
  const Json scale = measured({"scale", "--ranks", "1", "10", "--runs", "200"});
  EXPECT_EQ(scale["measured_runs"], 16);
  for (const char* kind : {"begin", "state", "progress", "finished"})
    EXPECT_GT(scale["costs"][kind].get<double>(), 0) << kind;
  ASSERT_EQ(scale["points"].size(), 8U) << "four latencies each";
  for (const Json& point : scale["points"])
    EXPECT_GE(point["makespan_over_bound"].get<double>(), 1 - 1e-9) << point;
  EXPECT_EQ(scale["points"][0]["messages"], 0) << "one rank has nobody to talk to";
  EXPECT_GT(scale["bytes_a_run"].get<double>(), 0);
}

}  // namespace
}  // namespace windhover::integration
