// What a supervisor leaves in journal/ beside the attempt's journal, each written whole or not at all, so that whoever
// comes later finds the processes and learns how they ended:
//
//   attempt_3.ranks.json  {"attempt", "supervisor": {"pid", "start_time", "boot_id"}, "ranks": [the same, by rank]}
//   attempt_3.end.json    {"end": "completed"} or {"error": {...}}, and "ranks": [{"rank", "exit_code", "signal"}]
#pragma once

#include <optional>
#include <vector>

#include "experiment/folder.h"
#include "launch/launch_plan.h"
#include "launch/process_identity.h"
#include "launch/rank_process.h"

namespace goetia {

struct AttemptProcesses {
    int attempt = 1;
    ProcessIdentity supervisor;
    std::vector<ProcessIdentity> ranks;  // empty: none is started yet
};

std::filesystem::path processes_file(const ExperimentFolder& folder, int attempt);
Status write_processes(const ExperimentFolder& folder, const AttemptProcesses& processes);
// Nothing when the attempt was not started under a supervisor.
Result<std::optional<AttemptProcesses>> read_processes(const ExperimentFolder& folder, int attempt);
// The newest attempt that was; 0 when none was.
int newest_supervised(const ExperimentFolder& folder);

std::filesystem::path end_file(const ExperimentFolder& folder, int attempt);
Status write_end(const ExperimentFolder& folder, int attempt, const Result<LaunchEnd>& end,
                 const std::vector<RankEnd>& ranks);
// Nothing when nobody lived to write it. An error is that of the rank to blame, as well as one of reading the file.
std::optional<Result<LaunchEnd>> read_end(const ExperimentFolder& folder, int attempt);

// What the supervisor itself prints: nothing, but where it could not do its work.
std::filesystem::path supervisor_log(const ExperimentFolder& folder);

}  // namespace goetia
