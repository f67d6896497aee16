#include "apps/windhover/plan_arguments.hpp"

namespace windhover::app {

void add_overrides(const Command& command, std::vector<std::string>& overrides, const std::string& examples) {
  command
      .add_option("--set", overrides,
                  "change a key of the study file, the value in TOML's syntax: " + examples +
                      "; may be given several times")
      .type_name("KEY=VALUE")
      .repeatable();
}

void add_plan_arguments(const Command& command, PlanArguments& arguments) {
  command.add_option("study", arguments.file, "the study file").type_name("STUDY.toml").required();
  add_overrides(command, arguments.overrides);
  command.add_flag("--quick", arguments.quick,
                   "a shortened version of about two minutes on two cores, marked as such in every output");
}

Result<study::Plan> load_plan(const PlanArguments& arguments) {
  auto document = study::Document::read(arguments.file);
  if (!document) return Failure(document.error());
  WINDHOVER_RETURN_IF_ERROR(document->override_with(arguments.overrides));
  return study::make_plan(*document, arguments.quick);
}

}  // namespace windhover::app
