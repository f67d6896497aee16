#pragma once

#include <any>
#include <memory>
#include <utility>

#include "windhover/core/contract.hpp"
#include "windhover/core/fields.hpp"

namespace windhover::env {

/// The effective configuration of an environment, checked: made once by Description::configure, and from then
/// on the environment's own type, whoever holds it. Cheap to copy.
class Configuration {
 public:
  /// Of no environment.
  Configuration() = default;

  template <class Config>
  explicit Configuration(Config config)
      : json_(fields::to_json(config)), config_(std::make_shared<const std::any>(std::move(config))) {}

  /// Every field by name: to be shown, stored and compared.
  [[nodiscard]] const Json& json() const { return json_; }

  /// Null if it is another environment's, or of none.
  template <class Config>
  [[nodiscard]] const Config* get_if() const {
    return config_ ? std::any_cast<Config>(config_.get()) : nullptr;
  }
  /// Precondition: it is of this type.
  template <class Config>
  [[nodiscard]] const Config& get() const {
    const Config* config = get_if<Config>();
    WINDHOVER_CHECK(config != nullptr);
    return *config;
  }

  friend bool operator==(const Configuration& a, const Configuration& b) { return a.json_ == b.json_; }

 private:
  Json json_ = Json::object();
  std::shared_ptr<const std::any> config_;
};

}  // namespace windhover::env
