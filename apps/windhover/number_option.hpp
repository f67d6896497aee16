#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

/// What a number on the command line may be; every option that takes one has one of these by `transform`. The
/// range is part of the help text and of what is said where it is missed. Numbers are decimal: 010 is ten.
namespace windhover::app {

/// A whole number from `least` to `most`.
[[nodiscard]] CLI::Validator whole_number(std::uint64_t least, std::uint64_t most);

/// A finite number from `least` to `most`; -0 is 0.
[[nodiscard]] CLI::Validator number(double least, double most);

/// A finite number above `least` and below `most`.
[[nodiscard]] CLI::Validator number_between(double least, double most);

/// A finite number above 0.
[[nodiscard]] CLI::Validator positive_number();

/// Finite numbers from `least` to `most` with commas between them, "5,50,100"; no place may be empty.
[[nodiscard]] CLI::Validator number_list(double least, double most);
/// The numbers of a text that number_list has let through.
[[nodiscard]] std::vector<double> numbers_of(std::string_view list);

}  // namespace windhover::app
