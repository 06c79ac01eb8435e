// The files that a supervisor writes to journal/ next to the attempt's journal. Each is written atomically, so that
// whoever comes later finds the processes and learns how they ended:
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
    std::vector<ProcessIdentity> ranks;  // empty: none was started yet
};

std::filesystem::path processes_file(const ExperimentFolder& folder, int attempt);
Status write_processes(const ExperimentFolder& folder, const AttemptProcesses& processes);
// Empty when the attempt was not started under a supervisor.
Result<std::optional<AttemptProcesses>> read_processes(const ExperimentFolder& folder, int attempt);
// The newest supervised attempt; 0 if there is none.
int newest_supervised(const ExperimentFolder& folder);

std::filesystem::path end_file(const ExperimentFolder& folder, int attempt);
Status write_end(const ExperimentFolder& folder, int attempt, const Result<LaunchEnd>& end,
                 const std::vector<RankEnd>& ranks);
// Empty when the supervisor was killed before it could write it. The Error may be that of the rank at fault, or one of
// reading the file.
std::optional<Result<LaunchEnd>> read_end(const ExperimentFolder& folder, int attempt);
// How each rank ended, in that order; empty when that was not written.
std::vector<RankEnd> read_rank_ends(const ExperimentFolder& folder, int attempt);

// The output of the supervisor itself: empty unless it failed.
std::filesystem::path supervisor_log(const ExperimentFolder& folder);

}  // namespace goetia
