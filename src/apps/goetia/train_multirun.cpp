// goetia train --multirun: runs the jobs of a sweep one after another, and summarises the results in one table.
#include "apps/goetia/train_options.h"

#include "apps/goetia/config_show.h"
#include "apps/goetia/train_text.h"
#include "base/clock.h"
#include "base/files.h"
#include "run/make_experiment.h"

namespace goetia::cli {
namespace {

struct Job {
    std::vector<std::string> overrides;
    CheckedConfig config;
    std::string experiment;
    std::string state = "not started";
    RunSummary summary;
    std::string error;
};

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

// Checks every job before the first one starts: reports all faults of all jobs at once.
Result<std::vector<Job>> checked_jobs(const TrainOptions& options) {
    GOETIA_ASSIGN(const std::vector<ComposeRequest> requests, jobs_of(options.request, true));
    std::vector<Job> jobs;
    Error faults = invalid("the sweep was not started");
    for (const ComposeRequest& request : requests) {
        auto config = checked_config(request, options.run.skip_unavailable);
        if (config) {
            jobs.push_back({.overrides = request.overrides, .config = std::move(config).value()});
            continue;
        }
        const Error& error = config.error();
        faults.code = error.code;
        faults.message += fmt::format("\njob '{}': {}", joined(request.overrides), error.message);
        faults.faults.insert(faults.faults.end(), error.faults.begin(), error.faults.end());
    }
    if (jobs.size() != requests.size()) return faults;
    return jobs;
}

// Only the overrides that differ between the jobs.
std::vector<std::string> what_differs(const std::vector<Job>& jobs, std::size_t job) {
    std::vector<std::string> words;
    for (std::size_t i = 0; i < jobs[job].overrides.size(); ++i) {
        bool same = true;
        for (const Job& other : jobs)
            same = same && i < other.overrides.size() && other.overrides[i] == jobs[job].overrides[i];
        if (!same) words.push_back(jobs[job].overrides[i]);
    }
    return words;
}

Json sweep_json(const std::vector<Job>& jobs, const std::filesystem::path& folder) {
    Json list = Json::array();
    for (const Job& job : jobs) {
        Json one = {{"overrides", job.overrides},
                    {"experiment", job.experiment.empty() ? Json(nullptr) : Json(job.experiment)},
                    {"state", job.state},
                    {"metrics", {{"final", job.summary.final_metrics}, {"best", job.summary.best_metrics}}}};
        if (!job.error.empty()) one["error"] = job.error;
        list.push_back(std::move(one));
    }
    return {{"multirun", folder.native()}, {"jobs", list}};
}

std::string sweep_text(const std::vector<Job>& jobs, const std::filesystem::path& folder) {
    std::vector<std::vector<std::string>> rows = {{"job", "state", "best", "epochs", "experiment", "overrides"}};
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        const RunSummary& summary = jobs[i].summary;
        rows.push_back({std::to_string(i), jobs[i].state, summary.best ? fmt::format("{:.4f}", *summary.best) : "-",
                        std::to_string(summary.epochs_done), jobs[i].experiment.empty() ? "-" : jobs[i].experiment,
                        joined(what_differs(jobs, i))});
    }
    std::string text = "\n" + table_text(rows);
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (!jobs[i].error.empty()) text += fmt::format("job {}: {}\n", i, jobs[i].error);
    }
    return text + fmt::format("{}\n", (folder / "multirun.yaml").native());
}

// False when the user stopped it: the remaining jobs do not start.
Result<bool> run_job(Context& context, Job& job, const TrainOptions& options) {
    const std::filesystem::path here = std::filesystem::current_path();
    GOETIA_ASSIGN(const ExperimentFolder folder, make_experiment(job.config, options.run.experiments, here));
    job.experiment = folder.id();
    const auto attempt = follow_attempt(context, folder, job.config, {.working_folder = here}, options.run);
    if (!attempt) {
        job.state = "failed";
        job.error = to_string(attempt.error());
        return attempt.error().code != Code::kCancelled;
    }
    job.summary = attempt->summary;
    job.state = state_name(job.summary.state);
    return attempt->end == LaunchEnd::kCompleted;
}

}  // namespace

Result<Outcome> train_multirun(Context& context, const TrainOptions& options) {
    GOETIA_ASSIGN(std::vector<Job> jobs, checked_jobs(options));
    if (options.dry_run) {
        std::string text = fmt::format("{} jobs:\n", jobs.size());
        for (std::size_t i = 0; i < jobs.size(); ++i) text += fmt::format("  {}  {}\n", i, joined(jobs[i].overrides));
        return Outcome{.json = sweep_json(jobs, ""), .text = text + "nothing was started\n"};
    }
    const std::filesystem::path folder =
        std::filesystem::absolute(options.run.experiments).lexically_normal() / "multirun" / compact_local_time(now());
    GOETIA_TRY(make_folders(folder));
    if (!jobs.empty()) say_notices(context, jobs.front().config);
    bool all_completed = true;
    bool going = true;
    for (std::size_t i = 0; i < jobs.size() && going; ++i) {
        context.say(fmt::format("\njob {} of {}: {}", i + 1, jobs.size(), joined(what_differs(jobs, i))));
        GOETIA_ASSIGN(going, run_job(context, jobs[i], options));
        if (!jobs[i].error.empty()) context.say(fmt::format("job {} failed: {}", i, jobs[i].error));
        GOETIA_TRY(write_file_atomic(folder / "multirun.yaml", to_yaml(sweep_json(jobs, folder))));
    }
    for (const Job& job : jobs) all_completed = all_completed && job.state == "completed";
    return Outcome{.json = sweep_json(jobs, folder),
                   .text = sweep_text(jobs, folder),
                   .exit_code = !going          ? kInterrupted
                                : all_completed ? kOk
                                                : kFailed};
}

}  // namespace goetia::cli
