#include "bench/peers/agreement.hpp"
#include "bench/peers/libraries.hpp"
#include "bench/peers/timing.hpp"
#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace windhover::peers {
namespace {

struct Arguments {
  std::vector<std::string> cells = {"gru+ln", "gru", "mlp+ln", "mlp"};
  int hidden = 128;
  int rollout = 20;
  int repeats = 15;
  double seconds = 0.2;  ///< of one peer in one repeat
  bool json = false;
};

/// With the published settings most of these gradients are clipped and, in the cells with LayerNorm, one is
/// not.
constexpr int compared_updates = 8;
constexpr int timed_rollouts = 32;

/// One cell: agreement first, then times.
struct CellReport {
  std::string cell;
  std::vector<Agreement> agreements;  ///< of all peers but the first with the first
  std::vector<Timings> timings;
};

Result<std::vector<Agreement>> check_agreement(const PeerSetup& setup,
                                               std::span<const Experience> experience) {
  std::vector<Agreement> agreements;
  const auto peers = make_all_peers(setup);
  for (auto peer = peers.begin() + 1; peer != peers.end(); ++peer) {
    const auto reference = make_windhover_peer(setup);
    agreements.push_back(compare(*reference, **peer, setup, experience.first(compared_updates)));
    if (agreements.back().within_tolerance()) continue;
    return failure(
        fmt::format("{} does not compute the update of {} for {}: {:.2g} at {} (at most {}), change {:.2g} "
                    "at {} (at most {})",
                    (*peer)->name(), reference->name(), setup.architecture.text(), agreements.back().largest,
                    agreements.back().where, tolerance, agreements.back().largest_change,
                    agreements.back().where_change, change_tolerance));
  }
  return agreements;
}

Result<CellReport> measure_cell(const std::string& cell, const Arguments& arguments) {
  const auto setup = make_setup(cell, arguments.hidden, arguments.rollout);
  if (!setup) return Failure(setup.error());
  const auto experience = record_experience(*setup, timed_rollouts);
  if (!experience) return Failure(experience.error());
  auto agreements = check_agreement(*setup, *experience);
  if (!agreements) return Failure(agreements.error());
  fmt::print(stderr, "{}: all peers compute the same {} updates; timing\n", cell, compared_updates);
  const auto peers = make_all_peers(*setup);
  return CellReport{cell, *std::move(agreements),
                    time_in_turns(peers, *experience, arguments.repeats, arguments.seconds)};
}

Json to_json(const Spread& spread) {
  return {{"median", spread.median},
          {"lower_quartile", spread.lower_quartile},
          {"upper_quartile", spread.upper_quartile},
          {"smallest", spread.smallest},
          {"largest", spread.largest}};
}

Json to_json(const CellReport& report, int rollout) {
  const Timings& reference = report.timings.front();
  Json peers = Json::array();
  for (std::size_t i = 0; i < report.timings.size(); ++i) {
    const Timings& timings = report.timings[i];
    Json peer = {{"peer", timings.name},
                 {"act_us", to_json(spread_of(timings.act))},
                 {"learn_us", to_json(spread_of(timings.learn))},
                 {"update_us", to_json(spread_of(timings.update))},
                 {"act_ratio", to_json(ratio(timings.act, reference.act))},
                 {"learn_ratio", to_json(ratio(timings.learn, reference.learn))},
                 {"update_ratio", to_json(ratio(timings.update, reference.update))},
                 {"steps_per_second", timings.steps_per_second(rollout)}};
    if (i > 0) {
      peer["largest_difference"] = report.agreements[i - 1].largest;
      peer["largest_difference_of_change"] = report.agreements[i - 1].largest_change;
    }
    peers.push_back(std::move(peer));
  }
  return {{"cell", report.cell}, {"peers", std::move(peers)}};
}

void print_row(const std::string& peer, const char* what, const std::vector<double>& times,
               const std::vector<double>& reference) {
  const Spread time = spread_of(times);
  const Spread share = ratio(times, reference);
  fmt::print("{:<22}{:<18}{:>8.1f} {:>8.1f} {:>8.1f}   {:>6.2f} [{:.2f}, {:.2f}]\n", peer, what, time.median,
             time.smallest, time.largest, share.median, share.lower_quartile, share.upper_quartile);
}

void print_table(const CellReport& report, const Arguments& arguments) {
  fmt::print("\n{:<40}{:>8} {:>8} {:>8}   {:>6} [quartiles]\n",
             fmt::format("{}, H = {}, T = {}", report.cell, arguments.hidden, arguments.rollout), "us",
             "smallest", "largest", "ratio");
  const Timings& reference = report.timings.front();
  for (const Timings& timings : report.timings) {
    print_row(timings.name, "acting step", timings.act, reference.act);
    print_row("", "after T of them", timings.learn, reference.learn);
    print_row(fmt::format("  {:.0f} steps/s", timings.steps_per_second(arguments.rollout)), "whole update",
              timings.update, reference.update);
  }
}

void print_introduction(const Arguments& arguments, const Json& libraries) {
  fmt::print(
      "One thread, microseconds of processor time: medians over {} repeats taken in turns. A whole update is "
      "T\n"
      "acting steps of batch 1 and what follows them: loss, gradient, clip, Adam, copy to the worker. The\n"
      "environment is left out of all: its answers are recorded. Ratios are to Windhover, repeat by repeat.\n"
      "Windhover: {}. Eigen {}: {}.\nLibTorch {}: {}, {} {}.\n",
      arguments.repeats, libraries["windhover"]["instruction_set"].get<std::string>(),
      libraries["eigen"]["version"].get<std::string>(),
      libraries["eigen"]["instruction_set"].get<std::string>(),
      libraries["libtorch"]["version"].get<std::string>(),
      libraries["libtorch"]["instruction_set"].get<std::string>(),
      libraries["libtorch"]["blas"].get<std::string>(),
      libraries["libtorch"]["blas_processor"].get<std::string>());
}

Result<void> measure(const Arguments& arguments) {
  use_one_torch_thread();
  keep_freed_memory();
  const Json libraries = library_info();
  Json cells = Json::array();
  if (!arguments.json) print_introduction(arguments, libraries);
  for (const std::string& cell : arguments.cells) {
    const auto report = measure_cell(cell, arguments);
    if (!report) return Failure(report.error());
    if (arguments.json) {
      cells.push_back(to_json(*report, arguments.rollout));
    } else {
      print_table(*report, arguments);
    }
  }
  if (!arguments.json) return {};
  const Json document = {{"benchmark", "peers"},
                         {"hidden", arguments.hidden},
                         {"rollout", arguments.rollout},
                         {"repeats", arguments.repeats},
                         {"seconds_per_repeat", arguments.seconds},
                         {"libraries", libraries},
                         {"cells", std::move(cells)}};
  fmt::print("{}\n", document.dump(2));
  return {};
}

void describe(CLI::App& app, Arguments& arguments) {
  app.description(
      "The same A3C acting steps and updates by Windhover, by Eigen and by LibTorch, one thread each, "
      "checked to\n"
      "agree and then timed in turns.");
  app.add_option("--cell", arguments.cells, "networks to time")
      ->check(CLI::IsMember({"gru+ln", "gru", "mlp+ln", "mlp"}))
      ->capture_default_str();
  app.add_option("--hidden", arguments.hidden, "units of each hidden layer")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  app.add_option("--rollout", arguments.rollout, "steps between two updates")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  app.add_option("--repeats", arguments.repeats, "turns; ratios are taken within each")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--seconds", arguments.seconds, "of one peer in one turn")
      ->check(CLI::Range(0.001, 3600.0))
      ->capture_default_str();
  app.add_flag("--json", arguments.json, "print JSON instead of tables");
  app.footer("Example:\n  windhover_peers --cell gru+ln --repeats 31");
}

int run(int argument_count, char** argument_values) {
  Arguments arguments;
  CLI::App app("", "windhover_peers");
  describe(app, arguments);
  try {
    app.parse(argument_count, argument_values);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (const auto result = measure(arguments); !result) {
    fmt::print(stderr, "windhover_peers: {}\n", result.error().message);
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace windhover::peers

int main(int argument_count, char** arguments) {
  try {
    return windhover::peers::run(argument_count, arguments);
  } catch (const std::exception& error) {
    fmt::print(stderr, "windhover_peers: {}\n", error.what());
    return 1;
  }
}
