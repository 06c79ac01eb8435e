// The plan that an attempt is started with, and the ways in which it can end. The supervisor receives the plan and
// stores the end.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "experiment/folder.h"

namespace goetia {

struct LaunchPlan {
    std::filesystem::path runtime;  // the program; see find_runtime()
    ExperimentFolder folder{""};
    int attempt = 1;
    std::optional<std::filesystem::path> resume;
    int world = 1;
    int threads = 1;                            // of each rank
    double grace_seconds = 10;                  // from SIGTERM to SIGKILL when a rank failed
    std::filesystem::path working_folder = {};  // of the ranks; empty: the current one
    std::string input = {};                     // on the standard input of every rank: to_text(RankInput)
    int first_rank = 0;                         // of those that are started here ...
    int ranks_here = 0;                         // ... and how many they are; 0: all of the world
    std::string store = {};                     // "host:port" where the ranks meet; empty: on this machine
    std::string store_secret = {};              // that a rank must know to join; empty: drawn for ranks of this machine
    std::vector<std::string> wrapper = {};      // a program that prepares each rank and becomes the runtime, as
                                                // "wrapper... runtime train ..."; empty: none
    std::vector<std::string> supervisor = {};   // the program to start as the supervisor; empty: find_supervisor()
};

enum class LaunchEnd {
    kCompleted,
    kStopped,     // on request; a resumable checkpoint was written
    kTerminated,  // the same, requested by SIGTERM
    kKilled,      // on request; the last checkpoint remains
};

std::string_view launch_end_name(LaunchEnd end);
std::optional<LaunchEnd> launch_end_from_name(std::string_view name);

// Encoded as CBOR, since the input may contain bytes that are not text.
std::string to_cbor(const LaunchPlan& plan);
Result<LaunchPlan> launch_plan_from_cbor(std::string_view bytes);

}  // namespace goetia
