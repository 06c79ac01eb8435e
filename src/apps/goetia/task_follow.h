// Follows a task of a master: its states as lines, and its run as `goetia train` shows one, from the journal that the
// master holds.
#pragma once

#include <functional>
#include <string>

#include "apps/goetia/master_call.h"
#include "base/stop.h"

namespace goetia::cli {

class ProgressView;

// `on_state` is told each state that is new. Returns the finished task; kCancelled once a stop is requested: the task
// goes on.
Result<Json> follow_task(MasterCall& master, const std::string& id, ProgressView& view,
                         const std::function<void(const Json& task)>& on_state, const StopToken& stop);

bool is_finished_task(const Json& task);

}  // namespace goetia::cli
