#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "apps/windhover/options.hpp"

#include "windhover/core/result.hpp"
#include "windhover/study/plan.hpp"

namespace windhover::app {

/// The arguments by which several subcommands take a study file.
struct PlanArguments {
  std::filesystem::path file;
  std::vector<std::string> overrides;
  bool quick = false;
};

/// Adds STUDY.toml, --set and --quick.
void add_plan_arguments(const Command& command, PlanArguments& arguments);

/// Adds --set alone; `examples` stand in its help text.
void add_overrides(const Command& command, std::vector<std::string>& overrides,
                   const std::string& examples = "training.episodes=50, seeds=[1,2]");

[[nodiscard]] Result<study::Plan> load_plan(const PlanArguments& arguments);

}  // namespace windhover::app
