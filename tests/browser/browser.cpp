#include "tests/browser/browser.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace windhover::browser {
namespace {

constexpr std::chrono::seconds patience{30};

[[noreturn]] void fail(const std::string& text) { throw std::runtime_error("browser: " + text); }

std::array<int, 2> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("no pipe");
  // The browser's ends become 3 and 4, so none of ours may stand there.
  for (int& end : ends) {
    const int moved = ::fcntl(end, F_DUPFD_CLOEXEC, 10);
    ::close(end);
    end = moved;
  }
  return ends;
}

pid_t start(const std::filesystem::path& profile, int commands, int answers) {
  std::vector<std::string> words = {"chromium",
                                    "--headless",
                                    "--no-sandbox",
                                    "--disable-gpu",
                                    "--no-first-run",
                                    "--disable-background-networking",
                                    "--disable-dev-shm-usage",
                                    "--hide-scrollbars",
                                    "--remote-debugging-pipe",
                                    "--user-data-dir=" + profile.string()};
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, (profile / "log").c_str(), O_WRONLY | O_CREAT,
                                   0600);
  posix_spawn_file_actions_adddup2(&actions, commands, 3);
  posix_spawn_file_actions_adddup2(&actions, answers, 4);
  pid_t process = -1;
  const int error = ::posix_spawnp(&process, "chromium", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) fail("chromium does not start; install Debian's package chromium");
  return process;
}

std::string decoded_base64(const std::string& text) {
  std::string bytes;
  unsigned buffer = 0;
  int bits = 0;
  for (const char letter : text) {
    static const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto value = alphabet.find(letter);
    if (value == std::string::npos) break;
    buffer = (buffer << 6U) | static_cast<unsigned>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>((buffer >> static_cast<unsigned>(bits)) & 0xFFU);
  }
  return bytes;
}

}  // namespace

Browser::Browser() {
  const auto commands = make_pipe();
  const auto answers = make_pipe();
  process_ = start(profile_.path(), commands[0], answers[1]);
  ::close(commands[0]);
  ::close(answers[1]);
  to_browser_ = commands[1];
  from_browser_ = answers[0];
  const auto target = call("Target.createTarget", {{"url", "about:blank"}}).at("targetId");
  session_ = call("Target.attachToTarget", {{"targetId", target}, {"flatten", true}}).at("sessionId");
  for (const char* domain : {"Page", "Runtime", "Network", "Log"}) call(std::string(domain) + ".enable");
}

Browser::~Browser() {
  ::close(to_browser_);  // at the end of its commands the browser goes
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (::waitpid(process_, nullptr, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline) ::kill(process_, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  ::close(from_browser_);
}

Json Browser::next_message() {
  for (;;) {
    if (const auto end = received_.find('\0'); end != std::string::npos) {
      auto message = Json::parse(received_.substr(0, end));
      received_.erase(0, end + 1);
      return message;
    }
    pollfd waiting{.fd = from_browser_, .events = POLLIN, .revents = 0};
    const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(patience).count();
    if (::poll(&waiting, 1, static_cast<int>(limit)) <= 0) fail("no answer");
    std::array<char, 65536> buffer{};
    const auto count = ::read(from_browser_, buffer.data(), buffer.size());
    if (count <= 0) {
      std::ifstream log(profile_.path() / "log");
      fail("chromium ended: " + std::string(std::istreambuf_iterator<char>(log), {}));
    }
    received_.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

Json Browser::call(const std::string& method, Json parameters) {
  const int id = ++last_call_;
  Json message = {{"id", id}, {"method", method}, {"params", std::move(parameters)}};
  if (!session_.empty()) message["sessionId"] = session_;
  const std::string text = message.dump() + '\0';
  for (std::size_t sent = 0; sent < text.size();) {
    const auto count = ::write(to_browser_, text.data() + sent, text.size() - sent);
    if (count <= 0) fail("chromium does not listen");
    sent += static_cast<std::size_t>(count);
  }
  for (;;) {
    auto answer = next_message();
    if (!answer.contains("id")) {
      events_.push_back(std::move(answer));
    } else if (answer["id"] == id) {
      if (answer.contains("error")) fail(method + ": " + answer["error"].dump());
      return answer["result"];
    }
  }
}

void Browser::set_window(int width, int height, const std::string& scheme) {
  call("Emulation.setDeviceMetricsOverride",
       {{"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", false}});
  call("Emulation.setEmulatedMedia",
       {{"features", Json::array({{{"name", "prefers-color-scheme"}, {"value", scheme}}})}});
}

void Browser::allow_scripts(bool allowed) {
  call("Emulation.setScriptExecutionDisabled", {{"value", !allowed}});
}

void Browser::open(const std::string& address) {
  call("Page.navigate", {{"url", "about:blank"}});
  events_.clear();
  const auto answer = call("Page.navigate", {{"url", address}});
  if (answer.contains("errorText")) fail(address + ": " + answer["errorText"].get<std::string>());
  const auto& loader = answer.at("loaderId");
  call("Page.setLifecycleEventsEnabled", {{"enabled", true}});
  const auto has_loaded = [&](const Json& event) {
    return event["method"] == "Page.lifecycleEvent" && event["params"]["name"] == "load" &&
           event["params"]["loaderId"] == loader;
  };
  while (std::ranges::none_of(events_, has_loaded)) events_.push_back(next_message());
}

Json Browser::evaluate(const std::string& expression) {
  const auto answer =
      call("Runtime.evaluate", {{"expression", expression}, {"returnByValue", true}, {"awaitPromise", true}});
  if (answer.contains("exceptionDetails")) fail(expression + ": " + answer["exceptionDetails"].dump());
  const auto& result = answer.at("result");
  return result.contains("value") ? result["value"] : Json();
}

void Browser::take_screenshot(const std::filesystem::path& file, bool whole_page) {
  Json parameters = Json::object();
  if (whole_page) {
    const auto page =
        evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]");
    parameters = {{"captureBeyondViewport", true},
                  {"clip", {{"x", 0}, {"y", 0}, {"width", page[0]}, {"height", page[1]}, {"scale", 1}}}};
  }
  const auto picture = call("Page.captureScreenshot", parameters);
  std::ofstream(file, std::ios::binary) << decoded_base64(picture.at("data").get<std::string>());
}

std::vector<std::string> Browser::complaints() {
  evaluate("new Promise(done => setTimeout(done, 50))");  // whatever is still under way
  std::vector<std::string> list;
  for (const auto& event : events_) {
    const auto& method = event.at("method");
    const auto& parameters = event.at("params");
    if (method == "Runtime.exceptionThrown") list.push_back(parameters.dump());
    if (method == "Log.entryAdded" && parameters["entry"]["level"] != "info" &&
        parameters["entry"]["level"] != "verbose")
      list.push_back(parameters["entry"]["text"].get<std::string>());
    if (method == "Runtime.consoleAPICalled") list.push_back(parameters["args"].dump());
  }
  return list;
}

std::vector<std::string> Browser::requests() {
  std::vector<std::string> list;
  for (const auto& event : events_) {
    if (event.at("method") != "Network.requestWillBeSent") continue;
    const auto& parameters = event.at("params");
    const auto url = parameters["request"]["url"].get<std::string>();
    const bool is_the_page =
        parameters["type"] == "Document" && parameters["requestId"] == parameters["loaderId"];
    if (!is_the_page && !url.starts_with("data:")) list.push_back(url);
  }
  return list;
}

}  // namespace windhover::browser
