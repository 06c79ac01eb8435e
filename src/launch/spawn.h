// Starts a program by fork and exec, from whatever thread. It lives either as long as who started it or as long as it
// likes:
//
//   kTied      in a process group of its own (the terminal's Ctrl-C does not reach it), which the kernel kills when the
//              lifeline closes: when its owner drops it, or dies, however it dies. The lifeline is a pipe of which
//              the child holds the reading end with SIGKILL as its signal (F_SETSIG), so it asks nothing of the
//              program and does not follow the thread that forked, as PR_SET_PDEATHSIG does.
//   kOnItsOwn  in a session of its own; nothing ends it with its starter. SIGTERM, SIGINT, SIGHUP and SIGQUIT wait,
//              blocked, until it takes them.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace goetia {

enum class Tie { kTied, kOnItsOwn };

struct Spawn {
    std::vector<std::string> words;                  // words[0] is looked up in PATH
    std::map<std::string, std::string> environment;  // added to ours
    std::filesystem::path folder;                    // where it starts; empty: where we are
    std::string input;                               // on its standard input, from a file in memory
    int output = -1;                                 // where standard output and error go
    int kept = -1;                                   // a further descriptor that it inherits under the same number
    Tie tie = Tie::kTied;
};

struct Spawned {
    pid_t pid = -1;
    FileDescriptor process;   // pidfd: readable when it has ended
    FileDescriptor lifeline;  // of a tied one: closing it kills the group
};

Result<Spawned> spawn(const Spawn& spawn);

}  // namespace goetia
