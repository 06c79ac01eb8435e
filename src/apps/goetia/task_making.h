// What a task needs, as options: of the commands that make tasks.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "apps/goetia/command.h"
#include "apps/goetia/master_call.h"
#include "apps/goetia/train_options.h"

namespace goetia::cli {

struct TaskMaking {
    MasterOptions master;
    TrainOptions train;  // --config or --data-folder, packed here
    std::filesystem::path package;
    std::string origin;         // a task or an experiment to begin from
    std::string template_name;  // of the master, as `data_set`
    std::string data_set;
    std::vector<std::string> changes;  // overrides of what the master makes
    std::string name, gpu_memory, memory;
    std::vector<std::string> labels;
    std::optional<std::int64_t> priority, gpus, nodes, cores, retries;
    double lost_after = 600, soft_limit = 43200, hard_limit = 86400;
    bool noop = false, follow = false, dry_run = false, model = false;
};

// --name, --priority, --gpus and the like.
void add_needs(Command& command, TaskMaking& making);
// The fields of POST /api/tasks that were given.
Result<Json> needed_fields(const TaskMaking& making);

// Submits the fields, or says what would be; then follows it to its end where that is wanted.
Result<Outcome> made_task(MasterCall& master, const TaskMaking& making, const Json& fields, const Context& context);

}  // namespace goetia::cli
