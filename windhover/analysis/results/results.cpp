#include "windhover/analysis/results/results.hpp"

namespace windhover::analysis {

Json to_json(const Results& results) { return described::to_json(results); }

Result<Results> results_from_json(const Json& json) {
  auto results = described::from_json<Results>(json);
  if (results && results->schema != results_schema)
    return failure(
        fmt::format("schema: must be \"{}\", not {}", results_schema, value_text(results->schema)));
  return results;
}

}  // namespace windhover::analysis
