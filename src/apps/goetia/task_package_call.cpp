#include "apps/goetia/task_package_call.h"

#include "apps/goetia/master_call.h"
#include "apps/goetia/train_options.h"
#include "base/hash.h"
#include "base/json_path.h"
#include "package/task_package.h"

namespace goetia::cli {

void add_run_choice(Command& command, TrainOptions& options) {
    add_config_choice(command, options.request, options.choice);
    command.option("--data-folder", options.data, "Instead of --config: a folder of data, as '--data' of train")
        .metavar("DIR")
        .excludes("--config");
    command.option("--task", options.task, "With --data-folder: what to train, where the data leave a choice");
    command.option("--model", options.model, "With --data-folder: a model by name");
    command.positional("overrides", options.request.overrides, "Changes to the configuration: training.epochs=20");
}

bool has_run_choice(const TrainOptions& options) {
    return !options.request.file.empty() || !options.choice.name.empty() || !options.data.empty();
}

Result<Json> packed_task(Context& context, const TrainOptions& chosen, std::int64_t gpu_memory, MasterCall* master) {
    TrainOptions options = chosen;
    GOETIA_TRY(apply_choice(options.request, options.choice));
    GOETIA_TRY(apply_data(context, options));
    GOETIA_ASSIGN(const CheckedConfig config, checked_config(options.request, false));
    say_notices(context, config);
    GOETIA_ASSIGN(const TaskPackage package,
                  make_package(config, {.working_folder = std::filesystem::current_path(), .gpu_memory = gpu_memory}));
    Json task{{"name", package.manifest.experiment},
              {"config", config.composed.document},
              {"libtorch", package.manifest.runtime.libtorch},
              {"data", Json::array()}};
    for (const PackagedData& data : package.manifest.data)
        task["data"].push_back({{"name", data.name}, {"source", data.source}});
    if (master != nullptr) {
        GOETIA_ASSIGN(task["package"], master->upload(package.archive, package.sha256, "the package"));
    }
    return task;
}

}  // namespace goetia::cli
