// What the commands on experiments take. All but a few work alike on folders of this machine and on a master.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "apps/goetia/master_call.h"

namespace goetia::cli {

struct Context;
struct Outcome;

struct ExperimentOptions {
    std::filesystem::path experiments = "experiments";  // the folder of those on this machine
    MasterOptions master;
    bool on_master = false;
    std::vector<std::string> names, tags, removed_tags;
    std::string only;  // of verbs that take one experiment, which becomes their name
    std::string filter, sort = "-created_at", text;
    std::int64_t limit = 50;
    std::filesystem::path output;
    bool yes = false, epochs = false, all = false, undo = false, best = false;
};

// With --on-master or --data; else when GOETIA_MASTER or GOETIA_DATA is set and the line names no folder.
bool asks_master(const ExperimentOptions& options);

// --experiments, --on-master, --data.
void add_experiment_place(Command& command, ExperimentOptions& options);

}  // namespace goetia::cli
