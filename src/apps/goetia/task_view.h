// Tasks of a master as people read them, and followed to their end.
#pragma once

#include <string>

#include "base/json_fwd.h"
#include "base/result.h"
#include "base/stop.h"

namespace goetia::cli {

class MasterCall;
struct Context;

std::string wall_time_text(const Json& seconds);  // "-" for null
std::string listed_words(const Json& words);      // "a, b"; "-" for none

std::string task_text(const Json& task);      // of several lines
std::string task_line(const Json& task);      // of one
std::string progress_text(const Json& task);  // "step 120 of 400 (30 %)"; empty: nothing is known
std::string forecast_text(const Json& why);   // per node, what stands in the way; and when it should start

// Waits for the task's end and shows its run as `goetia train` would. `progress`: auto, bar, plain or json.
Result<Json> followed_task(MasterCall& master, const std::string& id, const std::string& progress,
                           const Context& context, const StopToken& stop);

}  // namespace goetia::cli
