// What is known of a sweep, built from the records of its journal one after another. The program that runs the sweep
// and one that goes on with it later, or only looks, apply the same records and so know the same.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "sweep/decide/halving.h"
#include "sweep/decide/strategy.h"

namespace goetia {

enum class TrialState {
    kWaiting,    // its point is drawn, it has no experiment yet
    kRunning,    // or was, when the sweep was interrupted
    kCompleted,  // all its epochs
    kEarly,      // it lost at a rung and was stopped
    kStopped,    // a user stopped this one
    kFailed,
};
std::string_view trial_state_name(TrialState state);
std::optional<TrialState> trial_state_from_name(std::string_view name);

struct SweepTrial {
    std::vector<std::string> overrides;  // all of them: with them the run is made again
    std::string label;                   // those that vary
    SweepPoint point;
    std::string experiment;
    TrialState state = TrialState::kWaiting;
    std::map<std::int64_t, double> values;  // of the metric, by epoch
    std::map<std::int64_t, double> rungs;   // the loss it had when it reached a rung
    std::optional<std::int64_t> lost_at;    // the rung
    std::int64_t epochs = 0;                // of its run
    std::string error;

    [[nodiscard]] bool is_over() const { return state > TrialState::kRunning; }
    [[nodiscard]] std::int64_t epochs_done() const { return values.empty() ? 0 : values.rbegin()->first; }
};

struct SweepState {
    SweepRules rules;
    // What the sweep is composed from: file, folders, overrides, time.
    std::shared_ptr<const Json> request;
    std::string metric;  // empty: that of the configuration, not known yet
    bool is_lower_better = true;
    std::vector<SweepTrial> trials;  // by number

    [[nodiscard]] double loss_of(double value) const { return is_lower_better ? value : -value; }
    // The best value so far and its epoch.
    [[nodiscard]] std::optional<std::pair<std::int64_t, double>> best_of(const SweepTrial& trial) const;
    [[nodiscard]] std::vector<TrialOutcome> outcomes() const;
    // The losses of the other trials at a rung.
    [[nodiscard]] std::vector<double> losses_at(std::int64_t rung, std::size_t except) const;
    // By the metric, the best first; then those without a value. The numbers of the trials.
    [[nodiscard]] std::vector<std::size_t> ranking() const;
};

// The records, as the journal holds them.
Json sweep_record(const SweepRules& rules, const Json& request);
Json objective_record(const std::string& metric, bool is_lower_better);
Json trial_record(std::size_t number, const SweepPoint& point, const std::vector<std::string>& overrides,
                  const std::string& label);
Json started_record(std::size_t number, const std::string& experiment, std::int64_t epochs);
Json value_record(std::size_t number, std::int64_t epoch, double value);
Json rung_record(std::size_t number, std::int64_t rung, double loss, const RungVerdict& verdict);
Json ended_record(std::size_t number, TrialState state, const std::string& error);

// Says what is wrong with a record that does not fit; records of kinds that this version does not know are ignored.
Status apply_record(SweepState& state, const Json& record);

}  // namespace goetia
