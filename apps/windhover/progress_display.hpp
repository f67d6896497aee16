#pragma once

#include <memory>

#include "windhover/study/observer.hpp"

namespace windhover::app {

/// Shows a study's progress on stderr: a bar that is redrawn if that is a terminal (without colours if
/// NO_COLOR is set), else a plain line every few seconds.
[[nodiscard]] std::unique_ptr<study::Observer> make_progress_display();

}  // namespace windhover::app
