#include "package/pooled_task.h"

#include "base/json.h"
#include "protocol/desired.h"
#include "run/checked_config.h"

namespace goetia {

void put_needs(const RuntimeNeeds& needs, Json& fields) {
    fields["libtorch"] = needs.libtorch;
    fields["cuda"] = needs.cuda;
    fields["driver"] = needs.driver;
    fields["glibc"] = needs.glibc;
    fields["processor"] = needs.processor;
}

Result<PooledTask> pooled_task(const CheckedConfig& config, const Json& given, PackageOptions options) {
    const auto fields = std::make_shared<Json>(given);
    Json& task = *fields;
    options.gpu_memory = task.value("gpu_memory", std::int64_t{0});
    GOETIA_ASSIGN(TaskPackage package, make_package(config, options));
    if (task.value("name", "").empty()) task["name"] = package.manifest.experiment;
    task["config"] = config.composed.document;
    put_needs(needs_of(package.manifest.runtime, task.value("gpus", 0) > 0, false), task);
    task["data"] = to_json(WantedAttempt{.data = wanted_data(package.manifest)})["data"];
    return PooledTask{std::move(package), fields};
}

}  // namespace goetia
