#include "apps/goetia/task_package_call.h"

#include "apps/goetia/master_call.h"
#include "apps/goetia/train_options.h"
#include "base/json.h"
#include "package/pooled_task.h"

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
    GOETIA_ASSIGN(PooledTask pooled, pooled_task(config, task, {.working_folder = std::filesystem::current_path()}));
    if (master != nullptr) {
        GOETIA_ASSIGN((*pooled.fields)["package"],
                      master->upload(pooled.package.archive, pooled.package.sha256, "the package"));
    }
    return std::move(*pooled.fields);
}

}  // namespace goetia::cli
