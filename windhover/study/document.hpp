#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "windhover/core/fields.hpp"
#include "windhover/core/result.hpp"

namespace windhover::study {

/// A study file as data, before anything is known of its meaning: the values, and where each of them came
/// from. Keys are dotted paths: "training.workers".
class Document {
 public:
  /// Error: not TOML, with the line. `origin` names the text in messages: "study.toml".
  [[nodiscard]] static Result<Document> parse(std::string_view text, std::string origin);

  /// Errors: missing or unreadable file, empty file, not TOML.
  [[nodiscard]] static Result<Document> read(const std::filesystem::path& path);

  /// Applies one `--set`: "training.episodes=50", the value in TOML's syntax; a bare word is taken as a text.
  /// Error: not of that form.
  [[nodiscard]] Result<void> override_with(std::string_view assignment);

  /// Applies several, one after the other.
  [[nodiscard]] Result<void> override_with(const std::vector<std::string>& assignments);

  /// Puts `value` at `key`, replacing what is there. `place` says in messages where it came from.
  void assign(std::string_view key, Json value, std::string place);

  [[nodiscard]] bool contains(std::string_view key) const { return find(key) != nullptr; }
  [[nodiscard]] const Json* find(std::string_view key) const;

  [[nodiscard]] const std::string& origin() const { return origin_; }

  /// True if a `--set` gave `key` or a table that holds it.
  [[nodiscard]] bool overridden(std::string_view key) const;

  /// Where `key` was given: "study.toml, line 12: [training]". An element of a list of tables and what is
  /// below it have places of their own, "claims[0]" and "where[0].learner.lr".
  [[nodiscard]] std::string place(std::string_view key) const;
  /// The same without the table: "study.toml, line 12".
  [[nodiscard]] const std::string& place_of_line(std::string_view key) const;

 private:
  explicit Document(std::string origin) : origin_(std::move(origin)) {}

  /// Removes `key` if it is there.
  void remove(std::string_view key);

  std::string origin_;
  Json values_ = Json::object();
  std::map<std::string, std::string, std::less<>> places_;  ///< by key
  std::set<std::string, std::less<>> overrides_;            ///< keys that a --set gave
};

}  // namespace windhover::study
