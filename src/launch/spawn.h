// Starts a program by fork and exec, from any thread. It either ends with its parent or is independent of it:
//
//   kTied      In a process group of its own (which the terminal's Ctrl-C does not reach), killed by the kernel when
//   the
//              lifeline closes: when its owner closes it or dies, for whatever reason. The lifeline is a pipe whose
//              reading end is held by the child with SIGKILL as its signal (F_SETSIG). Unlike PR_SET_PDEATHSIG it does
//              not depend on the thread that forked, and it needs no cooperation of the program.
//   kDetached  In a session of its own, independent of its parent. SIGTERM, SIGINT, SIGHUP and SIGQUIT are blocked,
//              and stay pending, until it handles them.
//
// Of our descriptors the child has only those that Spawn names, and the lifeline.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace goetia {

enum class Tie { kTied, kDetached };

struct Spawn {
    std::vector<std::string> words;                  // the command line; words[0] is looked up in PATH
    std::map<std::string, std::string> environment;  // added to ours
    std::filesystem::path folder;                    // the working folder; empty: the current one
    std::string input;                               // passed on standard input, from a file in memory
    int output = -1;                                 // for standard output and error
    int inherited = -1;                              // another descriptor to inherit, under the same number
    Tie tie = Tie::kTied;
};

struct Spawned {
    pid_t pid = -1;
    FileDescriptor process;   // a pidfd: readable when the process has ended
    FileDescriptor lifeline;  // if tied: closing it kills the group
};

Result<Spawned> spawn(const Spawn& spawn);

}  // namespace goetia
