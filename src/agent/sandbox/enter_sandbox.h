// Turns this process into a program in a sandbox. What this machine cannot do of the sandbox is left out:
// sandbox_lacks() says what that is.
//
//   this process      waits, and ends as the program ended; signals to its group reach the program
//   first child       process 1 of a new namespace: all processes of the program end with it
//   the program       another user, its own /proc, /tmp and shared memory, only the files that the plan names
#pragma once

#include <string>
#include <vector>

#include "agent/sandbox/sandbox_plan.h"

namespace goetia {

// Returns only an Error; the process is then to end.
Error enter_sandbox(const SandboxPlan& plan, std::vector<std::string> words);

}  // namespace goetia
