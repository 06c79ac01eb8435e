#include "apps/goetia/sweep_runs.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "apps/goetia/train_run.h"
#include "base/json_path.h"
#include "config/config.h"
#include "config/experiment_schema.h"
#include "experiment/run_lock.h"
#include "fetch/cache/cache.h"
#include "launch/rank_group.h"
#include "launch/signals.h"
#include "run/background_deriver.h"
#include "run/make_experiment.h"
#include "run/progress.h"
#include "run/resume.h"
#include "sweep/decide/halving.h"

namespace goetia::cli {
namespace {

constexpr std::size_t kMostFailures = 5;  // in a sweep of which nothing has worked

std::int64_t epochs_of(const Json& document) {
    const auto complete = with_schema_defaults(document);
    return complete ? value_of_type_at<std::int64_t>(*complete, "training.epochs", 0) : 0;
}

}  // namespace

// One trial while it runs.
class SweepRun final : public LaunchObserver {
  public:
    SweepRun(std::size_t trial, std::size_t in_slot, ExperimentFolder of, CheckedConfig with)
        : number(trial), slot(in_slot), folder(std::move(of)), config(std::move(with)) {}

    void on_record(const Record& record) override {
        take(progress, record);
        if (record.type == RecordType::kAttempt) attempt = record_from<AttemptRecord>(record.body);
        if (record.type == RecordType::kEpoch) epochs.push_back(record_from<EpochRecord>(record.body));
    }

    std::size_t number, slot;
    ExperimentFolder folder;
    CheckedConfig config;
    std::optional<AttemptRecord> attempt;  // that the journal has not seen, as the epochs
    std::vector<EpochRecord> epochs;
    RunProgress progress;
    // Released in the opposite order: the ranks first, the lock last.
    std::optional<RunLock> lock;
    std::vector<CacheLock> cached;
    std::unique_ptr<BackgroundDeriver> files;
    std::unique_ptr<RankGroup> group;
};

ComposeRequest trial_request(const SweepPlan& plan, std::size_t number, const SweepPoint& point) {
    ComposeRequest request = *plan.request;
    request.overrides = lines_at(plan.axes, point);
    request.job_number = static_cast<int>(number);
    return request;
}

SweepRuns::SweepRuns(const SweepPlan& plan, SweepJournal& journal, SweepView& view)
    : plan_(plan), journal_(journal), view_(view) {
    for (std::size_t i = 0; i < state().trials.size(); ++i) {
        if (!state().trials[i].is_over()) left_.push_back(i);
    }
}

SweepRuns::~SweepRuns() = default;

Result<int> SweepRuns::run() {
    const SignalReceiver signals{SIGINT, SIGTERM, SIGHUP};
    while (true) {
        if (interrupted_by_ == 0) GOETIA_TRY(fill_slots());
        if (running_.empty()) break;
        wait(signals.fd());
        while (const int number = signals.next()) interrupt(number);
        for (const auto& run : running_) {
            GOETIA_TRY(run->group->advance());
            GOETIA_TRY(take_records(*run));
        }
        for (const auto& run : running_) {
            if (run->group->verdict()) GOETIA_TRY(finish(*run));
        }
        std::erase_if(running_, [](const auto& run) { return run->group->verdict().has_value(); });
        RunningTrials shown;
        for (const auto& run : running_) shown[run->number] = &run->progress;
        view_.draw(state(), shown);
    }
    view_.clear();
    return interrupted_by_;
}

void SweepRuns::wait(int signals) const {
    std::vector<pollfd> watched = {{signals, POLLIN, 0}};
    std::optional<double> deadline;
    for (const auto& run : running_) {
        run->group->watch(watched);
        if (const auto one = run->group->deadline()) deadline = std::min(*one, deadline.value_or(*one));
    }
    ::poll(watched.data(), watched.size(), milliseconds_until(deadline));
}

// The first signal stops all runs at a checkpoint, the second kills them: what the ranks of one run do, for all.
void SweepRuns::interrupt(int number) {
    if (interrupted_by_ == 0)
        view_.event("stopping: all runs finish the step and write a checkpoint (press Ctrl-C again to kill them now)",
                    {{"event", "stopping"}});
    interrupted_by_ = number;
    for (const auto& run : running_) {
        if (const Status sent = run->group->interrupt(number); !sent)
            view_.event(to_string(sent.error()), {{"event", "fault"}, {"message", sent.error().message}});
    }
}

Status SweepRuns::fill_slots() {
    while (running_.size() < plan_.slots.size()) {
        std::size_t slot = 0;
        while (std::ranges::any_of(running_, [&](const auto& run) { return run->slot == slot; })) ++slot;
        if (!left_.empty()) {
            const std::size_t number = left_.front();
            left_.erase(left_.begin());
            GOETIA_TRY(begin(number, slot));
            continue;
        }
        if (is_drawn_out_) return {};
        const auto& trials = state().trials;
        const auto failed_trials = std::ranges::count(trials, TrialState::kFailed, &SweepTrial::state);
        if (std::cmp_greater_equal(failed_trials, kMostFailures) && std::cmp_equal(failed_trials, trials.size()))
            return failed("the first {} trials have all failed; the last one: {}", failed_trials, trials.back().error);
        const auto point = next_point(plan_.space, state().rules, state().outcomes());
        is_drawn_out_ = !point;
        if (!point) return {};
        const std::size_t number = trials.size();
        const std::vector<std::string> varying = varying_lines_at(plan_.axes, *point);
        std::string label;
        for (const std::string& line : varying) label += (label.empty() ? "" : " ") + line;
        GOETIA_TRY(journal_.add(trial_record(number, *point, lines_at(plan_.axes, *point), label)));
        GOETIA_TRY(begin(number, slot));
    }
    return {};
}

// A trial that cannot begin has failed; the sweep goes on.
Status SweepRuns::begin(std::size_t number, std::size_t slot) {
    const SweepTrial& trial = state().trials[number];
    Result<std::unique_ptr<SweepRun>> run =
        trial.state == TrialState::kWaiting ? started(number, slot) : resumed(number, slot);
    if (!run) return ended(number, TrialState::kFailed, to_string(run.error()));
    if (*run == nullptr) return {};  // it had ended
    view_.event(fmt::format("trial {} started: {}  ({})", number, state().trials[number].label, (*run)->folder.id()),
                {{"event", "started"},
                 {"trial", number},
                 {"experiment", (*run)->folder.id()},
                 {"overrides", state().trials[number].overrides}});
    running_.push_back(std::move(*run));
    return {};
}

Result<std::unique_ptr<SweepRun>> SweepRuns::started(std::size_t number, std::size_t slot) {
    GOETIA_ASSIGN(CheckedConfig config,
                  checked_config(trial_request(plan_, number, state().trials[number].point), plan_.skip_unavailable));
    GOETIA_ASSIGN(ExperimentFolder folder, make_experiment(config, plan_.experiments, plan_.working_folder));
    GOETIA_TRY(journal_.add(started_record(number, folder.id(), epochs_of(config.composed.document))));
    return launched(std::make_unique<SweepRun>(number, slot, std::move(folder), std::move(config)), std::nullopt,
                    plan_.working_folder);
}

// Goes on from the newest checkpoint of a run that an earlier process began; null if nothing is left of it to do.
Result<std::unique_ptr<SweepRun>> SweepRuns::resumed(std::size_t number, std::size_t slot) {
    const std::string id = state().trials[number].experiment;
    const auto found = ExperimentFolder::open(std::filesystem::absolute(plan_.experiments) / id);
    if (!found) return started(number, slot);  // its folder is gone
    GOETIA_ASSIGN(const RunHistory history, read_history(*found));
    GOETIA_ASSIGN(const RunSummary summary, read_summary(*found));
    if (state().metric.empty() && !history.attempts.empty())
        GOETIA_TRY(journal_.add(
            objective_record(history.attempts.back().best_metric, history.attempts.back().best_mode == "min")));
    for (const EpochRecord& epoch : history.epochs) GOETIA_TRY(take_epoch(number, epoch.epoch, epoch.metrics));
    std::optional<TrialState> over;
    if (summary.state == ExperimentState::kCompleted) over = TrialState::kCompleted;
    else if (state().trials[number].lost_at) over = TrialState::kEarly;
    if (over) {
        GOETIA_TRY(derive_unfinished(*found));
        GOETIA_TRY(ended(number, *over, ""));
        return std::unique_ptr<SweepRun>();
    }
    GOETIA_ASSIGN(CheckedConfig config, checked_config({.file = found->config()}, plan_.skip_unavailable));
    GOETIA_ASSIGN(ResumePoint newest, newest_checkpoint(*found));
    for (const std::string& note : newest.notes) view_.event(note, {{"event", "note"}, {"message", note}});
    return launched(std::make_unique<SweepRun>(number, slot, *found, std::move(config)), std::move(newest.checkpoint),
                    plan_.working_folder);
}

Result<std::unique_ptr<SweepRun>> SweepRuns::launched(std::unique_ptr<SweepRun> run,
                                                      std::optional<std::filesystem::path> checkpoint,
                                                      const std::filesystem::path& working_folder) {
    const Json& document = run->config.composed.document;
    GOETIA_ASSIGN(RunLock lock, RunLock::take(run->folder.root()));
    run->lock = std::move(lock);
    GOETIA_ASSIGN(run->cached, use_cached_roots(document.value("dataset", Json()), working_folder));
    GOETIA_ASSIGN(LaunchPlan plan,
                  plan_attempt(run->folder, run->config,
                               {.checkpoint = std::move(checkpoint), .working_folder = working_folder}));
    const RunSlot& slot = plan_.slots[run->slot];
    if (!section_at(document, "training.threads").is_number()) plan.threads = std::max(1, slot.cores / plan.world);
    if (!slot.gpus.empty())
        plan.wrapper = {"/usr/bin/env", fmt::format("CUDA_VISIBLE_DEVICES={}", fmt::join(slot.gpus, ","))};
    GOETIA_ASSIGN(run->progress, initial_progress(run->folder, document));
    GOETIA_ASSIGN(const DeriveOptions derived, derive_options(document));
    run->files = std::make_unique<BackgroundDeriver>(run->folder, plan.attempt, derived);
    GOETIA_ASSIGN(run->group, RankGroup::start(std::move(plan), run.get()));
    return run;
}

Status SweepRuns::take_records(SweepRun& run) {
    if (run.attempt && state().metric.empty())
        GOETIA_TRY(journal_.add(objective_record(run.attempt->best_metric, run.attempt->best_mode == "min")));
    run.attempt.reset();
    const std::vector<EpochRecord> epochs = std::exchange(run.epochs, {});
    for (const EpochRecord& epoch : epochs) {
        GOETIA_TRY(take_epoch(run.number, epoch.epoch, epoch.metrics));
        const SweepTrial& trial = state().trials[run.number];
        const auto value = trial.values.find(epoch.epoch);
        if (value == trial.values.end()) continue;
        view_.event(fmt::format("trial {} epoch {}/{}: {} {:.4f}", run.number, epoch.epoch, trial.epochs,
                                state().metric, value->second),
                    {{"event", "epoch"},
                     {"trial", run.number},
                     {"epoch", epoch.epoch},
                     {"epochs", trial.epochs},
                     {"metric", state().metric},
                     {"value", std::isfinite(value->second) ? Json(value->second) : Json(nullptr)}});
        GOETIA_TRY(judge(run));
    }
    return {};
}

// Epochs that the journal has are those that a run did again after its checkpoint.
Status SweepRuns::take_epoch(std::size_t number, std::int64_t epoch, const std::map<std::string, double>& metrics) {
    const auto value = metrics.find(state().metric);
    if (value == metrics.end() || state().trials[number].values.contains(epoch)) return {};
    return journal_.add(value_record(number, epoch, value->second));
}

// The rungs that the trial has reached and that nothing was decided about.
Status SweepRuns::judge(SweepRun& run) {
    const SweepTrial& trial = state().trials[run.number];
    for (const std::int64_t rung : rungs_of(state().rules, trial.epochs)) {
        if (trial.lost_at || rung > trial.epochs_done()) return {};
        if (trial.rungs.contains(rung)) continue;
        const auto best = state().best_of(trial);
        const double loss = best ? state().loss_of(best->second) : std::numeric_limits<double>::quiet_NaN();
        const RungVerdict verdict = rung_verdict(loss, state().losses_at(rung, run.number), state().rules.eta);
        GOETIA_TRY(journal_.add(rung_record(run.number, rung, loss, verdict)));
        if (verdict.goes_on) continue;
        view_.event(fmt::format("trial {} is stopped early after epoch {}: place {} of {}, {} {} on", run.number,
                                trial.epochs_done(), verdict.place, verdict.among, verdict.kept,
                                verdict.kept == 1 ? "goes" : "go"),
                    {{"event", "stopped early"}, {"trial", run.number}, {"rung", rung}});
        GOETIA_TRY(run.group->send(Request::kStop));
    }
    return {};
}

Status SweepRuns::finish(SweepRun& run) {
    GOETIA_TRY(take_records(run));
    run.files->stop();
    const Result<AttemptResult> result = finish_attempt(run.folder, *run.group->verdict());
    if (std::error_code code; std::filesystem::exists(run.folder.root(), code)) {
        if (const auto finished = run.files->finish(); !finished)
            view_.event(
                fmt::format("the readable files of '{}' are incomplete: {}", run.folder.id(), finished.error().message),
                {{"event", "note"}, {"message", finished.error().message}});
    }
    if (!result) return ended(run.number, TrialState::kFailed, to_string(result.error()));
    if (result->end == LaunchEnd::kCompleted) {
        const SweepTrial& trial = state().trials[run.number];
        if (trial.values.empty() && !state().metric.empty()) {
            std::string measured;
            for (const auto& [name, value] : result->summary.final_metrics)
                measured += (measured.empty() ? "" : ", ") + name;
            const std::string text = fmt::format("trial {} has no metric '{}' to be compared by; it has: {}",
                                                 run.number, state().metric, measured);
            view_.event(text, {{"event", "note"}, {"message", text}});
        }
        return ended(run.number, TrialState::kCompleted, "");
    }
    if (state().trials[run.number].lost_at) return ended(run.number, TrialState::kEarly, "");
    if (interrupted_by_ != 0) return {};  // it is not over: the sweep may go on with it
    return ended(run.number, TrialState::kStopped, "");
}

Status SweepRuns::ended(std::size_t number, TrialState end, const std::string& error) {
    GOETIA_TRY(journal_.add(ended_record(number, end, error)));
    const auto best = state().best_of(state().trials[number]);
    std::string line = fmt::format("trial {} {}", number, trial_state_name(end));
    if (best) line += fmt::format(": {} {:.4f} in epoch {}", state().metric, best->second, best->first);
    if (!error.empty()) line += ": " + error;
    view_.event(line, {{"event", "ended"},
                       {"trial", number},
                       {"state", trial_state_name(end)},
                       {"value", best ? Json(best->second) : Json(nullptr)},
                       {"error", error}});
    return {};
}

}  // namespace goetia::cli
