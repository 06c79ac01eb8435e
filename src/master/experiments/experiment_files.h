// What is in an experiment's folder, as far as it is shown: logs and artifacts. A name that a caller gives is only
// compared with the names that are there.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

struct ExperimentLog {
    std::string name;  // "logs/train.log"
    std::int64_t bytes = 0;
};

// Of the ranks, of the agent, of the supervisor: what is in the folder's logs/. Sorted by name.
std::vector<ExperimentLog> experiment_logs(const std::filesystem::path& experiment);

// At most `most` bytes from `offset` on; empty at its end. kNotFound when there is no such log.
Result<std::string> read_log(const std::filesystem::path& experiment, const std::string& name, std::int64_t offset,
                             std::int64_t most);

// What the run wrote of its machine and libraries (environment.json), {name: text}; null: nothing that can be read.
Json environment_of(const std::filesystem::path& experiment);

}  // namespace goetia
