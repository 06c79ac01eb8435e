// What `goetia task submit` runs: a configuration made into a package at the master.
#pragma once

#include <cstdint>

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia::cli {

class Command;
class MasterCall;
struct Context;
struct TrainOptions;

// --config or --data with overrides, as of `goetia train`. Empty when neither is given.
void add_run_choice(Command& command, TrainOptions& options);
bool has_run_choice(const TrainOptions& options);

// Members of a new task: name, config, libtorch, data; and `package` once it is sent. Nothing is sent without `master`.
Result<Json> packed_task(Context& context, const TrainOptions& chosen, std::int64_t gpu_memory, MasterCall* master);

}  // namespace goetia::cli
