// The names that complete a command line: of tasks, nodes, experiments, users.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace goetia::cli {

std::vector<std::string> live_kinds();

// By what an argument is called in the help: "TASK" is a "task". Empty: its names are not known.
std::string live_kind(std::string_view metavar);

// A shell waits for them: after 300 ms the program ends, whatever it waits for, and no error is told. Names of this
// machine's folder, which are there at once, are printed before the master is asked, and not returned.
std::vector<std::string> live_names(const std::string& kind);

}  // namespace goetia::cli
