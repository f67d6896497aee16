#pragma once

#include <cstddef>
#include <string_view>

#include "windhover/core/result.hpp"
#include "windhover/study/document.hpp"
#include "windhover/study/factor.hpp"
#include "windhover/study/settings.hpp"
#include "windhover/study/where.hpp"

/// The shortened version of a study, about two minutes on two cores.
namespace windhover::study {

/// Episodes a worker of a quick study with so many runs: fewer in a study with more runs than the published
/// one, so that it takes no longer.
[[nodiscard]] int quick_episodes(std::size_t runs);

/// Shortens the levels of a factor that is a number of episodes or steps in proportion, so that the largest
/// fits and cells keep telling what they differ in: 1000 and 4000 episodes become 50 and 200; other factors
/// stay as they are. Error: levels that would become the same.
[[nodiscard]] Result<void> shorten_levels(Factor& factor, const Document& document, int episodes);

/// Caps the training of every worker at `episodes`, and the evaluation.
void shorten(Settings& settings, int episodes);
void shorten(Where& where, int episodes);

/// The value of a key of the study file, capped likewise.
[[nodiscard]] Json shortened(std::string_view key, const Json& value, int episodes);

}  // namespace windhover::study
