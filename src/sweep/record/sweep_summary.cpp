#include "sweep/record/sweep_summary.h"

#include <algorithm>

#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "experiment/reproduce_script.h"

namespace goetia {
namespace {

Json job_json(const SweepState& state, std::size_t number, std::size_t rank) {
    const SweepTrial& trial = state.trials[number];
    const auto best = state.best_of(trial);
    Json job = {{"number", number},
                {"rank", rank},
                {"overrides", trial.overrides},
                {"experiment", trial.experiment.empty() ? Json(nullptr) : Json(trial.experiment)},
                {"state", trial_state_name(trial.state)},
                {"value", best ? Json(best->second) : Json(nullptr)},
                {"epoch", best ? Json(best->first) : Json(nullptr)},
                {"epochs_done", trial.epochs_done()},
                {"epochs", trial.epochs}};
    if (trial.lost_at) job["lost_at"] = *trial.lost_at;
    if (!trial.error.empty()) job["error"] = trial.error;
    return job;
}

std::string csv_cell(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
    std::string cell = "\"";
    for (const char letter : text) cell += letter == '"' ? "\"\"" : std::string{letter};
    return cell + "\"";
}

}  // namespace

std::string reproduce_command(const SweepState& state, const SweepTrial& trial) {
    std::string command = "goetia train --config " + shell_quoted(state.request->value("file", ""));
    for (const Json& folder : state.request->value("config_dirs", Json::array()))
        command += " --config-dir " + shell_quoted(folder.get<std::string>());
    for (const std::string& line : trial.overrides) command += " " + shell_quoted(line);
    return command;
}

Json sweep_json(const SweepState& state, const std::filesystem::path& folder) {
    const std::vector<std::size_t> order = state.ranking();
    std::vector<Json> jobs(order.size());
    for (std::size_t rank = 0; rank < order.size(); ++rank) jobs[order[rank]] = job_json(state, order[rank], rank + 1);
    Json json = {{"multirun", folder.native()},
                 {"strategy", strategy_name(state.rules.strategy)},
                 {"seed", state.rules.seed},
                 {"metric", state.metric},
                 {"mode", state.is_lower_better ? "min" : "max"},
                 {"trials", state.trials.size()},
                 {"best", nullptr},
                 {"jobs", jobs}};
    if (!order.empty() && state.best_of(state.trials[order[0]])) {
        json["best"] = jobs[order[0]];
        json["best"]["command"] = reproduce_command(state, state.trials[order[0]]);
    }
    return json;
}

std::string sweep_csv(const SweepState& state) {
    std::string text = "rank,trial,state,value,epoch,epochs_done,experiment,overrides\n";
    const std::vector<std::size_t> order = state.ranking();
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
        const SweepTrial& trial = state.trials[order[rank]];
        const auto best = state.best_of(trial);
        text += fmt::format("{},{},{},{},{},{},{},{}\n", rank + 1, order[rank], trial_state_name(trial.state),
                            best ? fmt::format("{}", best->second) : "", best ? fmt::format("{}", best->first) : "",
                            trial.epochs_done(), csv_cell(trial.experiment), csv_cell(trial.label));
    }
    return text;
}

Status write_sweep_summary(const SweepState& state, const std::filesystem::path& folder) {
    GOETIA_TRY(write_file_atomic(folder / "summary.json", json_text(sweep_json(state, folder), 1) + "\n"));
    return write_file_atomic(folder / "summary.csv", sweep_csv(state));
}

}  // namespace goetia
