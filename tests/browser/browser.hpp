#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "windhover/core/fields.hpp"
#include "windhover/core/temporary_folder.hpp"

namespace windhover::browser {

/// Debian's chromium without a window, driven over two pipes by the Chrome DevTools Protocol
/// (https://chromedevtools.github.io/devtools-protocol/). Every failure, and an answer that takes longer than
/// 30 seconds, throws std::runtime_error.
class Browser {
 public:
  Browser();
  ~Browser();
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  /// Of the page, in CSS pixels; `scheme` is "light" or "dark".
  void set_window(int width, int height, const std::string& scheme);
  /// Whether scripts of pages opened from now on run.
  void allow_scripts(bool allowed);

  /// Returns when the page has loaded.
  void open(const std::string& address);
  /// The value of a JavaScript expression on the page.
  Json evaluate(const std::string& expression);
  /// Of the whole page, or of the window only, as a PNG.
  void take_screenshot(const std::filesystem::path& file, bool whole_page);

  /// Console messages of warnings and errors, and exceptions, since the page was opened.
  [[nodiscard]] std::vector<std::string> complaints();
  /// Addresses that were asked for since then, the page's own left out.
  [[nodiscard]] std::vector<std::string> requests();

 private:
  Json call(const std::string& method, Json parameters = Json::object());
  Json next_message();

  TemporaryFolder profile_;
  pid_t process_ = -1;
  int to_browser_ = -1;
  int from_browser_ = -1;
  std::string received_;
  std::string session_;
  int last_call_ = 0;
  std::vector<Json> events_;  ///< since the page was opened
};

}  // namespace windhover::browser
