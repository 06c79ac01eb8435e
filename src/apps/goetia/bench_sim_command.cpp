// goetia bench sim: simulated pools under faults, in virtual time; and whether planted bugs are found.
#include "apps/goetia/command.h"
#include "sim/search.h"

namespace goetia::cli {
namespace {

Json found_json(const std::vector<FoundViolation>& found) {
    Json list = Json::array();
    for (const FoundViolation& one : found)
        list.push_back({{"seed", one.seed}, {"planted", name_of(one.plant)}, {"violation", one.violation}});
    return list;
}

std::string sim_text(const SearchEnd& end, double rate) {
    std::string text = fmt::format(
        "  {} schedules, {:.0f} a second, {} events: {}\n", end.schedules, rate, end.events,
        end.violations.empty() ? "every promise was kept" : fmt::format("{} broke a promise", end.violations.size()));
    for (const FoundViolation& one : end.violations) text += fmt::format("    seed {}: {}\n", one.seed, one.violation);
    text += fmt::format("  {} of {} planted bugs were found\n", end.planted_found, kPlants);
    for (const FoundViolation& one : end.planted)
        text += fmt::format("    {:<22} by seed {}: {}\n", name_of(one.plant), one.seed, one.violation);
    return text;
}

Result<Outcome> bench_sim(const SearchPlan& plan) {
    const SearchEnd end = run_search(plan);
    const double rate = end.seconds > 0 ? static_cast<double>(end.schedules) / end.seconds : 0;
    Outcome outcome{.json = {{"bench", "sim"},
                             {"seed", plan.seed},
                             {"schedules", end.schedules},
                             {"schedules_per_second", rate},
                             {"events", end.events},
                             {"violations", end.violations.size()},
                             {"planted_found", end.planted_found},
                             {"planted_total", kPlants},
                             {"broken", found_json(end.violations)},
                             {"found", found_json(end.planted)}},
                    .text = sim_text(end, rate)};
    if (!end.violations.empty()) outcome.exit_code = kProblemsFound;
    return outcome;
}

Result<Outcome> trace_schedule(std::uint64_t seed, const std::string& planted) {
    Plant plant = Plant::kNone;
    for (int i = 1; i <= kPlants; ++i) {
        if (name_of(static_cast<Plant>(i)) == planted) plant = static_cast<Plant>(i);
    }
    std::vector<std::string> lines;
    const ScheduleEnd end = run_schedule(seed, plant, &lines);
    Outcome outcome{
        .json = {{"seed", seed}, {"planted", name_of(plant)}, {"violation", end.violation}, {"trace", lines}},
        .text = {}};
    for (const std::string& line : lines) outcome.text += line + "\n";
    outcome.text += end.violation.empty() ? "every promise was kept\n" : fmt::format("broken: {}\n", end.violation);
    if (!end.violation.empty()) outcome.exit_code = kProblemsFound;
    return outcome;
}

struct SimBenchOptions {
    SearchPlan plan;
    bool trace = false;
    std::string planted;
};

}  // namespace

void add_bench_sim_command(Command& bench, Context& context) {
    const auto options = std::make_shared<SimBenchOptions>();
    Command& sim = bench.command(
        "sim", "Simulated pools under crashes, partitions and full disks, in virtual time; and planted bugs");
    sim.option("--seconds", options->plan.seconds, "how long, of which 60 % without planted bugs")
        .range(1.0, 1e6)
        .show_default();
    sim.option("--seed", options->plan.seed, "of the first schedule; the others follow it").show_default();
    sim.option("--schedules", options->plan.schedules, "at most so many without planted bugs");
    sim.flag("--trace", options->trace, "run only the first schedule and print what happens");
    sim.option("--planted", options->planted, "with --trace: plant this bug");
    context.on(sim, [options] {
        return options->trace ? trace_schedule(options->plan.seed, options->planted) : bench_sim(options->plan);
    });
}

}  // namespace goetia::cli
