#include "run/attempt.h"

#include "base/files.h"
#include "base/json_path.h"
#include "config/experiment_schema.h"
#include "experiment/history.h"
#include "launch/launcher.h"
#include "launch/programs.h"
#include "launch/rank_environment.h"
#include "launch/rank_input.h"
#include "launch/supervisor.h"
#include "run/world_size.h"

namespace goetia {
namespace {

bool is_input_fault(Code code) {
    return code == Code::kInvalid || code == Code::kNotFound || code == Code::kUnsupported || code == Code::kDenied;
}

// True when the run left nothing worth keeping: it failed before its first attempt had started.
bool never_began(const ExperimentFolder& folder) {
    const auto history = read_history(folder);
    return history && history->attempts.size() <= 1 && history->states.empty();
}

}  // namespace

Result<std::string> rank_input_of(const ExperimentFolder& folder, const CheckedConfig& config) {
    RankInput input{.document = config.composed.document, .from_environment = config.composed.from_environment};
    if (!config.plugins.empty()) {
        GOETIA_ASSIGN(const std::string text, read_file(folder.config()));
        GOETIA_ASSIGN(const Json kept, parse_yaml(text, folder.config()));
        input.document["components"] = kept.value("components", Json::array());
    }
    GOETIA_ASSIGN(input.document, with_schema_defaults(input.document));
    return to_text(input);
}

Result<LaunchPlan> plan_attempt(const ExperimentFolder& folder, const CheckedConfig& config,
                                const AttemptOptions& options) {
    const Json& document = config.composed.document;
    const Json& threads = section_at(document, "training.threads");  // a number or "auto"
    GOETIA_ASSIGN(const int world, world_size(document));
    GOETIA_ASSIGN(std::filesystem::path runtime, find_runtime());
    GOETIA_ASSIGN(std::string input, rank_input_of(folder, config));
    return LaunchPlan{.runtime = std::move(runtime),
                      .folder = ExperimentFolder(std::filesystem::absolute(folder.root()).lexically_normal()),
                      .attempt = folder.next_attempt(),
                      .resume = options.checkpoint,
                      .world = world,
                      .threads = threads_per_rank(threads.is_number() ? threads.get<int>() : options.threads,
                                                  physical_cores(), world),
                      .working_folder = options.working_folder,
                      .input = std::move(input)};
}

Result<StartedAttempt> start_attempt(const LaunchPlan& plan, RunLock lock, Lifetime lifetime,
                                     LaunchObserver* observer) {
    StartedAttempt started;
    if (lifetime == Lifetime::kDetached) {
        GOETIA_ASSIGN(started.running, start_supervised(plan, std::move(lock), observer));
        return started;
    }
    GOETIA_ASSIGN(started.running, RankGroup::start(plan, observer));
    started.lock = std::move(lock);
    return started;
}

Result<AttemptResult> finish_attempt(const ExperimentFolder& folder, const Result<LaunchEnd>& end) {
    if (!end) {
        std::error_code code;
        if (is_input_fault(end.error().code) && never_began(folder)) std::filesystem::remove_all(folder.root(), code);
        return end.error();
    }
    AttemptResult result{.end = *end, .summary = {}};
    GOETIA_ASSIGN(result.summary, read_summary(folder));
    if (result.end == LaunchEnd::kKilled) result.summary.state = ExperimentState::kInterrupted;
    return result;
}

Result<AttemptResult> run_attempt(const LaunchPlan& plan, LaunchObserver& observer) {
    return finish_attempt(plan.folder, launch(plan, observer));
}

}  // namespace goetia
