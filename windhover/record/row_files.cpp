#include "windhover/record/row_files.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "windhover/record/csv.hpp"

namespace windhover::record {
namespace {

constexpr std::string_view training_head =
    "step,worker,episode,return,length,policy_loss,value_loss,entropy,total_loss,gradient_norm,staleness";
constexpr std::string_view evaluation_head = "model,policy,velocity,episode,return,length";
constexpr std::size_t fixed_columns = 6;
constexpr std::string_view share_prefix = "share_";
constexpr std::string_view probability_prefix = "probability_";
constexpr std::size_t most_actions = 10'000;

bool is_column_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char letter) {
    return letter != ',' && letter != '"' && letter >= 0x20 && letter < 0x7f;
  });
}

/// As many rows as lines, unless those are shorter than any row of so many columns: a file of empty lines can
/// not ask for much memory.
std::size_t most_rows(std::string_view text, std::size_t columns) {
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  return std::min(lines, text.size() / (2 * columns));
}

void append_line(std::string& text, const EvaluationRow& row) {
  const auto* choice = row.choice == ActionChoice::greedy ? "greedy" : "sampled";
  fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{}", row.model, choice, row.condition, row.episode,
                 row.episode_return, row.length);
  for (const double share : row.action_shares) fmt::format_to(std::back_inserter(text), ",{}", share);
  for (const double probability : row.action_probabilities) {
    fmt::format_to(std::back_inserter(text), ",{}", probability);
  }
  text += '\n';
}

/// The action names in a head that must be the fixed columns, then share_X..., then probability_X... of the
/// same X.
std::vector<std::string> read_evaluation_head(CsvReader& reader) {
  const auto columns = reader.names();
  const std::size_t count = columns.size() > fixed_columns ? (columns.size() - fixed_columns) / 2 : 0;
  std::string expected(evaluation_head);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count && i < most_actions; ++i) {
    const auto& column = columns[fixed_columns + i];
    names.push_back(column.starts_with(share_prefix) ? column.substr(share_prefix.size()) : "");
    expected += fmt::format(",{}{}", share_prefix, names.back());
  }
  for (const auto& name : names) expected += fmt::format(",{}{}", probability_prefix, name);
  const bool named = std::ranges::all_of(names, is_column_name);
  if (names.empty() || !named || fmt::format("{}", fmt::join(columns, ",")) != expected) {
    reader.refuse(fmt::format("the head must be '{},{}<action>...,{}<action>...'", evaluation_head,
                              share_prefix, probability_prefix));
  }
  return names;
}

ActionChoice read_choice(CsvReader& reader) {
  const auto text = reader.field();
  if (text == "greedy") return ActionChoice::greedy;
  if (text != "sampled")
    reader.refuse(fmt::format("the policy must be greedy or sampled, not '{}'", text.substr(0, 40)));
  return ActionChoice::sampled;
}

}  // namespace

std::string training_csv(std::span<const TrainingRow> rows) {
  std::string text(training_head);
  text += '\n';
  for (const auto& row : rows) {
    fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{},{},{},{},{},{}\n", row.step, row.worker,
                   row.episode, row.episode_return, row.length, row.policy_loss, row.value_loss, row.entropy,
                   row.total_loss, row.gradient_norm, row.staleness);
  }
  return text;
}

Result<std::vector<TrainingRow>> parse_training_csv(std::string_view text, std::string_view origin) {
  CsvReader reader(text, origin);
  if (!reader.next_line() && !reader.failed()) reader.refuse("the file is empty");
  if (!reader.failed() && fmt::format("{}", fmt::join(reader.names(), ",")) != training_head) {
    reader.refuse(fmt::format("the head must be '{}'", training_head));
  }
  std::vector<TrainingRow> rows;
  constexpr std::size_t columns = 11;
  rows.reserve(most_rows(text, columns));
  while (reader.next_line()) {
    auto& row = rows.emplace_back();
    reader.number(row.step);
    reader.number(row.worker);
    reader.number(row.episode);
    reader.number(row.episode_return);
    reader.number(row.length);
    for (double* value : {&row.policy_loss, &row.value_loss, &row.entropy, &row.total_loss,
                          &row.gradient_norm, &row.staleness}) {
      reader.number(*value);
    }
    reader.end_line();
  }
  WINDHOVER_RETURN_IF_ERROR(reader.status());
  return rows;
}

Result<std::string> evaluation_csv(std::span<const EvaluationRow> rows,
                                   std::span<const std::string> action_names) {
  if (!std::ranges::all_of(action_names, is_column_name)) {
    return failure(
        fmt::format("an action name is empty or holds a comma, a quote or what is not printable ASCII: {}",
                    fmt::join(action_names, " | ")));
  }
  for (const auto& row : rows) {
    if (row.action_shares.size() == action_names.size() &&
        row.action_probabilities.size() == action_names.size())
      continue;
    return failure(fmt::format("an evaluation row has {} shares and {} probabilities for {} actions",
                               row.action_shares.size(), row.action_probabilities.size(),
                               action_names.size()));
  }
  std::string text(evaluation_head);
  for (const auto& name : action_names) text += fmt::format(",{}{}", share_prefix, name);
  for (const auto& name : action_names) text += fmt::format(",{}{}", probability_prefix, name);
  text += '\n';
  return text + evaluation_lines(rows);
}

std::string evaluation_lines(std::span<const EvaluationRow> rows) {
  std::string text;
  for (const auto& row : rows) append_line(text, row);
  return text;
}

Result<EvaluationFile> parse_evaluation_csv(std::string_view text, std::string_view origin) {
  CsvReader reader(text, origin);
  EvaluationFile file;
  if (!reader.next_line() && !reader.failed()) reader.refuse("the file is empty");
  if (!reader.failed()) file.action_names = read_evaluation_head(reader);
  file.rows.reserve(most_rows(text, fixed_columns + 2 * file.action_names.size()));
  while (reader.next_line()) {
    auto& row = file.rows.emplace_back();
    reader.number(row.model);
    row.choice = read_choice(reader);
    reader.number(row.condition);
    reader.number(row.episode);
    reader.number(row.episode_return);
    reader.number(row.length);
    row.action_shares.resize(file.action_names.size());
    row.action_probabilities.resize(file.action_names.size());
    for (double& share : row.action_shares) reader.number(share);
    for (double& probability : row.action_probabilities) reader.number(probability);
    reader.end_line();
  }
  WINDHOVER_RETURN_IF_ERROR(reader.status());
  return file;
}

}  // namespace windhover::record
