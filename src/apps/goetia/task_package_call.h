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

// `task` with what the package adds: name, config, data and what a node must have; and `package` once it is sent.
// Nothing is sent without `master`.
Result<Json> packed_task(Context& context, const TrainOptions& chosen, Json task, MasterCall* master);

}  // namespace goetia::cli
