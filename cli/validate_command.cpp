// SPDX-License-Identifier: Apache-2.0
// `tercet validate`: a grid of commands on RTL, SystemC and the analytic model.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/output.h"
#include "base/progress.h"
#include "base/stopwatch.h"
#include "cli/answer.h"
#include "cli/commands.h"
#include "study/validate/summary.h"

namespace tercet {
namespace {

struct ValidateOptions {
  std::vector<std::string> grids;
  Output output;
  Bounds bounds;
  MachineOptions machine;  ///< control and firmware alone
};

std::vector<GridPoint> load_grids(const std::vector<std::string>& files) {
  if (files.empty()) return default_grid();
  std::vector<GridPoint> points;
  for (const std::string& file : files) {
    const std::vector<GridPoint> more = load_grid(file);
    points.insert(points.end(), more.begin(), more.end());
    if (points.size() > kMaxGridPoints) {
      fail("{}: more than {} points with those of the grids before it", file, kMaxGridPoints);
    }
  }
  return points;
}

/// A bound that nothing can exceed would always hold.
void check_bounds(const Bounds& bounds, const std::vector<GridPoint>& points) {
  if (!bounds.systemc_vs_rtl.has_value()) return;
  const bool any = std::any_of(points.begin(), points.end(),
                               [](const GridPoint& point) { return has_rtl(*point.machine); });
  if (!any) fail("--max-error: none of the grid's machines is built as RTL");
}

ValidationState make_state(const std::vector<GridPoint>& points) {
  ValidationState state;
  state.points = points.size();
  for (const GridPoint& point : points) {
    if (std::find(state.grids.begin(), state.grids.end(), point.grid) == state.grids.end()) {
      state.grids.push_back(point.grid);
    }
  }
  return state;
}

/// Appends to `results` as it goes, so that they are there whatever ends it.
void run_points(const std::vector<GridPoint>& points, PointOptions options,
                std::vector<PointResult>* results) {
  options.poll = Interrupt::poll;
  Progress progress;
  const Stopwatch watch;
  for (const GridPoint& point : points) {
    const auto done = static_cast<double>(results->size());
    const double left =
        done == 0.0 ? 0.0 : watch.seconds() / done * (static_cast<double>(points.size()) - done);
    progress.show(fmt::format("[{}/{} points  {:.0f} s left]  {}", results->size(), points.size(),
                              left, describe(point)));
    results->push_back(run_point(point, options));
  }
}

int validate(const ValidateOptions& options) {
  Answer answer(options.output);
  const std::vector<GridPoint> points = load_grids(options.grids);
  check_bounds(options.bounds, points);
  PointOptions point_options;
  check_control(options.machine);
  if (options.machine.by_firmware()) point_options.firmware = open_firmware(options.machine);
  ValidationState state = make_state(points);
  state.control = describe_control(options.machine);
  Provenance provenance{"validate"};
  for (const std::string& name : config_names()) {
    const auto used = [&](const GridPoint& point) { return name == point.machine->name; };
    if (std::any_of(points.begin(), points.end(), used)) provenance.machines.push_back(name);
  }
  std::vector<PointResult> results;
  const Interrupt interrupt;
  const auto write = [&] { answer.write(provenance, validation_json(state, results), 1); };
  try {
    run_points(points, point_options, &results);
  } catch (const Interrupted& stop) {
    state.stopped_by = stop.what();
    write();
    tell("tercet: {}: {} of {} points are done\n", stop.what(), results.size(), points.size());
    return stop.exit_status();
  } catch (const Error& error) {
    state.stopped_by = error.what();
    write();
    throw;
  }
  state.complete = true;
  answer.print(validation_text(state, results));
  write();
  const std::string wrong = verdict(summarise(results), options.bounds);
  if (wrong.empty()) return 0;
  tell("tercet: {}\n", wrong);
  return 1;
}

}  // namespace

void add_validate(CLI::App& app, Action& action) {
  constexpr double kMaxPercent = 1e6;
  const auto made = add_command<ValidateOptions>(
      app, "validate",
      "Runs a grid of products on RTL, SystemC and the analytic model; compares bytes and cycles.",
      action, validate);
  CLI::App& command = made.app;
  ValidateOptions& options = made.options;
  add_list(command, "--grid",
           {kFileList, "",
            "grid files, docs/validate.md (default: the built-in tests/grids/tiny.json and "
            "edge.json)"},
           [&options](const std::vector<std::string>& files) { options.grids = files; });
  options.machine.control = Control::kDirect;  // what is compared is the engine, unless asked
  add_control(command, options.machine);
  add_number<double>(
      command, "--max-error", options.bounds.systemc_vs_rtl, 0.0, kMaxPercent,
      "fail if a point's cycles on SystemC are further than this from RTL, in percent");
  add_number<double>(command, "--max-analytic-error", options.bounds.analytic, 0.0, kMaxPercent,
                     "the same for the analytic model against both");
  add_output(command, options.output);
}

}  // namespace tercet
