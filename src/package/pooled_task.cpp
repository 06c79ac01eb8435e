#include "package/pooled_task.h"

#include "base/json.h"
#include "protocol/desired.h"
#include "run/checked_config.h"

namespace goetia {

Result<PooledTask> pooled_task(const CheckedConfig& config, const Json& given, PackageOptions options) {
    const auto fields = std::make_shared<Json>(given);
    Json& task = *fields;
    options.gpu_memory = task.value("gpu_memory", std::int64_t{0});
    GOETIA_ASSIGN(TaskPackage package, make_package(config, options));
    if (task.value("name", "").empty()) task["name"] = package.manifest.experiment;
    task["config"] = config.composed.document;
    const RuntimeNeeds needs = needs_of(package.manifest.runtime, task.value("gpus", 0) > 0, false);
    task["libtorch"] = needs.libtorch;
    task["cuda"] = needs.cuda;
    task["driver"] = needs.driver;
    task["glibc"] = needs.glibc;
    task["processor"] = needs.processor;
    task["data"] = to_json(WantedAttempt{.data = wanted_data(package.manifest)})["data"];
    return PooledTask{std::move(package), fields};
}

}  // namespace goetia
