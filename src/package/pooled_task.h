// What a pool is asked to run: the one way from a checked configuration to a task, for the command line and the master.
#pragma once

#include <memory>

#include "base/json_fwd.h"
#include "package/task_package.h"

namespace goetia {

struct PooledTask {
    TaskPackage package;
    // The fields of POST /api/tasks that follow from it: name, config, data, and what a node must have. The package's
    // own is added by whoever stores it.
    std::shared_ptr<Json> fields;
};

// What a node must have, as fields of a task.
void put_needs(const RuntimeNeeds& needs, Json& fields);

// `given`: the fields that the user gave (name, gpus, gpu_memory), which `fields` has too.
Result<PooledTask> pooled_task(const CheckedConfig& config, const Json& given, PackageOptions options);

}  // namespace goetia
