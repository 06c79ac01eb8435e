// What an attempt is started with, and how it can end. As JSON for the supervisor, which is given the one and leaves
// the other.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "experiment/folder.h"

namespace goetia {

struct LaunchPlan {
    std::filesystem::path runtime;  // the program, see find_runtime()
    ExperimentFolder folder{""};
    int attempt = 1;
    std::optional<std::filesystem::path> resume;
    int world = 1;
    int threads = 1;                            // of each rank
    double grace_seconds = 10;                  // from SIGTERM to SIGKILL when a rank failed
    std::filesystem::path working_folder = {};  // of the ranks; empty: where we are
    std::string input = {};                     // on every rank's standard input: to_text(RankInput)
};

enum class LaunchEnd {
    kCompleted,
    kStopped,     // on request; a resumable checkpoint was written
    kTerminated,  // the same, when the request was SIGTERM
    kKilled,      // on request; the last checkpoint stands
};

std::string_view launch_end_name(LaunchEnd end);
std::optional<LaunchEnd> launch_end_from_name(std::string_view name);

// The input may hold bytes that are no text: the plan travels as CBOR.
std::string to_cbor(const LaunchPlan& plan);
Result<LaunchPlan> launch_plan_from_cbor(std::string_view bytes);

}  // namespace goetia
