// What `goetia task submit` runs: a configuration made into a package at the master.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

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

// What a task brings besides its configuration.
struct PackageChoice {
    std::filesystem::path bundle;           // of `goetia bundle make`; empty: the master's own, where a node has none
    std::vector<std::string> certificates;  // NAME=FINGERPRINT, or a fingerprint for the only data
    bool certify = false;                   // take the fingerprints of the data as they are here
};
void add_package_choice(Command& command, PackageChoice& choice);

// `task` with what the package adds: name, config, data, runtime and what a node must have; and `package` once it is
// sent. Nothing is sent without `master`.
Result<Json> packed_task(Context& context, const TrainOptions& chosen, const PackageChoice& choice, Json task,
                         MasterCall* master);

}  // namespace goetia::cli
