#include "apps/goetia/sweep_options.h"

#include "apps/goetia/options.h"

namespace goetia::cli {
namespace {

constexpr std::int64_t kUsualEta = 3;

std::vector<std::string> strategy_names() {
    std::vector<std::string> names;
    for (const StrategyInfo& info : strategies()) names.emplace_back(info.name);
    return names;
}

}  // namespace

void add_sweep_options(Command& command, SweepOptions& options) {
    const auto add = [&](const char* name, Target value, const char* help) -> Option& {
        return command.option(name, value, help).needs("--multirun");
    };
    add("--strategy", options.strategy,
        "Sweep: every combination, points drawn at random, these with losers stopped early, or points near good ones")
        .choices(strategy_names());
    add("--trials", options.trials, "Sweep: at most so many runs").metavar("N");
    add("--sweep-seed", options.seed, "Sweep: of the points that are drawn").metavar("N").not_negative();
    add("--metric", options.metric, "Sweep: what runs are compared by (default: checkpoint.best_metric)")
        .metavar("NAME");
    add("--mode", options.mode, "Sweep: which values of --metric are better").choices({"auto", "min", "max"});
    add("--eta", options.eta, "Sweep: one of N runs goes on at each rung (default: 3 with halving, else all go on)")
        .metavar("N");
    add("--first-rung", options.first_rung, "Sweep: epochs before the first rung; each one is --eta times the last")
        .metavar("EPOCHS");
    add("--jobs", options.jobs, "Sweep: runs at a time (default: as the GPUs or --cores-per-run allow, else 1)")
        .metavar("N");
    add("--gpus-per-run", options.gpus_per_run, "Sweep: GPUs of each run (default: one for each rank)").metavar("N");
    add("--cores-per-run", options.cores_per_run, "Sweep: cores of each run (default: an equal share)").metavar("N");
}

Result<SweepRules> sweep_rules(const SweepOptions& options) {
    const auto strategy = strategy_from_name(options.strategy);
    if (!strategy) return invalid("there is no strategy '{}'", options.strategy);
    return SweepRules{.strategy = *strategy,
                      .trials = options.trials,
                      .seed = static_cast<std::uint64_t>(options.seed),
                      .first_rung = options.first_rung,
                      .eta = options.eta.value_or(*strategy == Strategy::kHalving ? kUsualEta : 0)};
}

}  // namespace goetia::cli
