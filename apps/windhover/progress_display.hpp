#pragma once

#include <memory>

#include "windhover/study/observer.hpp"

namespace windhover::app {

/// Shows on stderr how far a command has come, once that has taken two seconds: a bar that is redrawn if
/// stderr is a terminal (without colours if NO_COLOR is set), else a plain line every few seconds. An
/// activity is shown by a thread of its own, however long a step of it takes; nothing of it stays on a
/// terminal.
[[nodiscard]] std::unique_ptr<study::Observer> make_progress_display();

}  // namespace windhover::app
