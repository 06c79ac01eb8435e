#include "apps/goetia/task_package_call.h"

#include "apps/goetia/master_call.h"
#include "apps/goetia/train_options.h"
#include "base/hash.h"
#include "base/json_path.h"
#include "package/task_package.h"
#include "protocol/desired.h"

namespace goetia::cli {

void add_run_choice(Command& command, TrainOptions& options) {
    add_config_choice(command, options.request, options.choice);
    add_data_choice(command, options, "--data-folder");
}

bool has_run_choice(const TrainOptions& options) {
    return !options.request.file.empty() || !options.choice.name.empty() || !options.data.empty();
}

Result<Json> packed_task(Context& context, const TrainOptions& chosen, Json task, MasterCall* master) {
    TrainOptions options = chosen;
    GOETIA_TRY(apply_choice(options.request, options.choice));
    GOETIA_TRY(apply_data(context, options));
    GOETIA_ASSIGN(const CheckedConfig config, checked_config(options.request, false));
    say_notices(context, config);
    GOETIA_ASSIGN(const TaskPackage package,
                  make_package(config, {.working_folder = std::filesystem::current_path(),
                                        .gpu_memory = task.value("gpu_memory", std::int64_t{0})}));
    if (task.value("name", "").empty()) task["name"] = package.manifest.experiment;
    task["config"] = config.composed.document;
    const RuntimeNeeds needs = needs_of(package.manifest.runtime, task.value("gpus", 0) > 0, false);
    task["libtorch"] = needs.libtorch;
    task["cuda"] = needs.cuda;
    task["driver"] = needs.driver;
    task["glibc"] = needs.glibc;
    task["processor"] = needs.processor;
    task["data"] = to_json(WantedAttempt{.data = wanted_data(package.manifest)})["data"];
    if (master != nullptr) {
        GOETIA_ASSIGN(task["package"], master->upload(package.archive, package.sha256, "the package"));
    }
    return task;
}

}  // namespace goetia::cli
