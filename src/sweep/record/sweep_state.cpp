#include "sweep/record/sweep_state.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/json.h"

namespace goetia {
namespace {

struct TrialStateInfo {
    TrialState state;
    std::string_view name;
};
constexpr std::array kTrialStates{
    TrialStateInfo{TrialState::kWaiting, "waiting"},     TrialStateInfo{TrialState::kRunning, "running"},
    TrialStateInfo{TrialState::kCompleted, "completed"}, TrialStateInfo{TrialState::kEarly, "stopped early"},
    TrialStateInfo{TrialState::kStopped, "stopped"},     TrialStateInfo{TrialState::kFailed, "failed"},
};

// JSON has no number that is not finite.
Json finite_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
double number_or_nan(const Json& value) {
    return value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

void apply_sweep(SweepState& state, const Json& record) {
    const Json& rules = record.at("rules");
    const auto strategy = strategy_from_name(rules.at("strategy").get<std::string>());
    state.rules = {
        .strategy = strategy.value_or(Strategy::kGrid),
        .trials = rules.at("trials").is_null() ? std::nullopt : std::optional(rules.at("trials").get<std::int64_t>()),
        .seed = rules.at("seed").get<std::uint64_t>(),
        .first_rung = rules.at("first_rung").get<std::int64_t>(),
        .eta = rules.at("eta").get<std::int64_t>()};
    state.request = std::make_shared<const Json>(record.at("request"));
}

Status apply_to_trial(SweepState& state, const std::string& type, const Json& record) {
    const auto number = record.at("trial").get<std::size_t>();
    if (type == "trial") {
        if (number != state.trials.size())
            return invalid("trial {} comes after {} trials", number, state.trials.size());
        state.trials.push_back({.overrides = record.at("overrides").get<std::vector<std::string>>(),
                                .label = record.at("label").get<std::string>(),
                                .point = record.at("point").get<SweepPoint>()});
        return {};
    }
    if (number >= state.trials.size()) return invalid("trial {} was not begun", number);
    SweepTrial& trial = state.trials[number];
    if (type == "started") {
        trial.experiment = record.at("experiment").get<std::string>();
        trial.epochs = record.at("epochs").get<std::int64_t>();
        trial.state = TrialState::kRunning;
    } else if (type == "value") {
        trial.values[record.at("epoch").get<std::int64_t>()] = number_or_nan(record.at("value"));
    } else if (type == "rung") {
        const auto rung = record.at("rung").get<std::int64_t>();
        trial.rungs[rung] = number_or_nan(record.at("loss"));
        if (!record.at("goes_on").get<bool>()) trial.lost_at = rung;
    } else if (type == "ended") {
        trial.state = trial_state_from_name(record.at("state").get<std::string>()).value_or(TrialState::kFailed);
        trial.error = record.at("error").get<std::string>();
    }
    return {};
}

}  // namespace

std::string_view trial_state_name(TrialState state) {
    return std::ranges::find(kTrialStates, state, &TrialStateInfo::state)->name;
}

std::optional<TrialState> trial_state_from_name(std::string_view name) {
    const auto found = std::ranges::find(kTrialStates, name, &TrialStateInfo::name);
    return found == kTrialStates.end() ? std::nullopt : std::optional(found->state);
}

std::optional<std::pair<std::int64_t, double>> SweepState::best_of(const SweepTrial& trial) const {
    std::optional<std::pair<std::int64_t, double>> best;
    for (const auto& [epoch, value] : trial.values) {
        if (std::isnan(value)) continue;
        if (!best || loss_of(value) < loss_of(best->second)) best = {epoch, value};
    }
    return best;
}

std::vector<TrialOutcome> SweepState::outcomes() const {
    std::vector<TrialOutcome> all;
    for (const SweepTrial& trial : trials) {
        TrialOutcome one{.point = trial.point,
                         .is_over = trial.is_over(),
                         .epochs = trial.epochs_done(),
                         .is_early = trial.state == TrialState::kEarly};
        const auto best = best_of(trial);
        if (best && trial.state != TrialState::kFailed) one.loss = loss_of(best->second);
        all.push_back(std::move(one));
    }
    return all;
}

std::vector<double> SweepState::losses_at(std::int64_t rung, std::size_t except) const {
    std::vector<double> losses;
    for (std::size_t i = 0; i < trials.size(); ++i) {
        const auto reached = trials[i].rungs.find(rung);
        if (i != except && reached != trials[i].rungs.end()) losses.push_back(reached->second);
    }
    return losses;
}

std::vector<std::size_t> SweepState::ranking() const {
    std::vector<std::size_t> order(trials.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto key = [this](std::size_t number) {
        const auto best = best_of(trials[number]);
        return std::pair(!best, best ? loss_of(best->second) : 0.0);
    };
    std::ranges::stable_sort(order, {}, key);
    return order;
}

Json sweep_record(const SweepRules& rules, const Json& request) {
    return {{"type", "sweep"},
            {"format", 1},
            {"rules",
             {{"strategy", strategy_name(rules.strategy)},
              {"trials", rules.trials ? Json(*rules.trials) : Json(nullptr)},
              {"seed", rules.seed},
              {"first_rung", rules.first_rung},
              {"eta", rules.eta}}},
            {"request", request}};
}

Json objective_record(const std::string& metric, bool is_lower_better) {
    return {{"type", "objective"}, {"metric", metric}, {"mode", is_lower_better ? "min" : "max"}};
}

Json trial_record(std::size_t number, const SweepPoint& point, const std::vector<std::string>& overrides,
                  const std::string& label) {
    return {{"type", "trial"}, {"trial", number}, {"point", point}, {"overrides", overrides}, {"label", label}};
}

Json started_record(std::size_t number, const std::string& experiment, std::int64_t epochs) {
    return {{"type", "started"}, {"trial", number}, {"experiment", experiment}, {"epochs", epochs}};
}

Json value_record(std::size_t number, std::int64_t epoch, double value) {
    return {{"type", "value"}, {"trial", number}, {"epoch", epoch}, {"value", finite_or_null(value)}};
}

Json rung_record(std::size_t number, std::int64_t rung, double loss, const RungVerdict& verdict) {
    return {{"type", "rung"},
            {"trial", number},
            {"rung", rung},
            {"loss", finite_or_null(loss)},
            {"goes_on", verdict.goes_on},
            {"place", verdict.place},
            {"among", verdict.among},
            {"kept", verdict.kept}};
}

Json ended_record(std::size_t number, TrialState state, const std::string& error) {
    return {{"type", "ended"}, {"trial", number}, {"state", trial_state_name(state)}, {"error", error}};
}

Status apply_record(SweepState& state, const Json& record) {
    try {
        const auto type = record.at("type").get<std::string>();
        if (type == "sweep") {
            if (record.at("format") != 1)
                return make_error(Code::kUnsupported,
                                  "the journal of the sweep has format {}, this version reads format 1",
                                  record.at("format").dump());
            apply_sweep(state, record);
            return {};
        }
        if (type == "objective") {
            state.metric = record.at("metric").get<std::string>();
            state.is_lower_better = record.at("mode") == "min";
            return {};
        }
        return record.contains("trial") ? apply_to_trial(state, type, record) : Status();
    } catch (const Json::exception& fault) {
        return invalid("a record of the sweep does not fit: {}", fault.what());
    }
}

}  // namespace goetia
