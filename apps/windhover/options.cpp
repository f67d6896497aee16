#include "apps/windhover/options.hpp"

#include <filesystem>
#include <optional>

#include "apps/windhover/number_option.hpp"
#include <CLI/CLI.hpp>

namespace windhover::app {

const Option& Option::type_name(const std::string& name) const {
  option_->type_name(name);
  return *this;
}

const Option& Option::required() const {
  option_->required();
  return *this;
}

const Option& Option::shows_default() const {
  option_->capture_default_str();
  return *this;
}

const Option& Option::excludes(const Option& other) const {
  option_->excludes(other.option_);
  return *this;
}

const Option& Option::one_of(const std::vector<std::string>& names) const {
  option_->check(CLI::IsMember(names));
  return *this;
}

const Option& Option::repeatable() const {
  option_->allow_extra_args(false);
  return *this;
}

const Option& Option::whole_number(std::uint64_t least, std::uint64_t most) const {
  option_->transform(app::whole_number(least, most));
  return *this;
}

const Option& Option::number(double least, double most) const {
  option_->transform(app::number(least, most));
  return *this;
}

const Option& Option::number_between(double least, double most) const {
  option_->transform(app::number_between(least, most));
  return *this;
}

const Option& Option::positive_number() const {
  option_->transform(app::positive_number());
  return *this;
}

Command Command::add_subcommand(const std::string& name, const std::string& text) const {
  return Command(*app_->add_subcommand(name, text));
}

void Command::require_subcommand() const { app_->require_subcommand(1); }

template <class Target>
Option Command::add_option(const std::string& name, Target& target, const std::string& text) const {
  return Option(*app_->add_option(name, target, text));
}

template Option Command::add_option(const std::string&, int&, const std::string&) const;
template Option Command::add_option(const std::string&, std::uint64_t&, const std::string&) const;
template Option Command::add_option(const std::string&, double&, const std::string&) const;
template Option Command::add_option(const std::string&, std::string&, const std::string&) const;
template Option Command::add_option(const std::string&, std::filesystem::path&, const std::string&) const;
template Option Command::add_option(const std::string&, std::optional<int>&, const std::string&) const;
template Option Command::add_option(const std::string&, std::optional<std::uint64_t>&,
                                    const std::string&) const;
template Option Command::add_option(const std::string&, std::optional<double>&, const std::string&) const;
template Option Command::add_option(const std::string&, std::vector<int>&, const std::string&) const;
template Option Command::add_option(const std::string&, std::vector<std::string>&, const std::string&) const;
template Option Command::add_option(const std::string&, std::vector<std::filesystem::path>&,
                                    const std::string&) const;

Option Command::add_numbers(const std::string& name, std::vector<double>& target, double least, double most,
                            const std::string& text) const {
  const auto take = [&target](const std::string& list) { target = numbers_of(list); };
  return Option(*app_->add_option_function<std::string>(name, take, text)
                     ->check(number_list(least, most))
                     ->type_name("NUMBERS"));
}

Option Command::add_flag(const std::string& name, bool& target, const std::string& text) const {
  return Option(*app_->add_flag(name, target, text));
}

Option Command::add_flag(const std::string& name, const std::function<void()>& given,
                         const std::string& text) const {
  return Option(*app_->add_flag_callback(name, given, text));
}

void Command::footer(const std::string& text) const { app_->footer(text); }

void Command::when_given(const std::function<void()>& given) const { app_->callback(given); }

}  // namespace windhover::app
