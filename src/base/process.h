// Child processes, run without a shell: waits for them and captures their output.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace goetia {

struct Command {
    std::vector<std::string> words;                  // the command line; words[0] is looked up in PATH
    std::map<std::string, std::string> environment;  // added to the caller's own
    std::filesystem::path folder;                    // empty: the caller's
    std::string input;                               // passed on standard input
    double timeout_seconds = 0;                      // 0: none; the child and its children are killed after it
    // Called with each complete line of standard error as it arrives, for long-running commands.
    std::function<void(const std::string& line)> on_error_line;
};

struct ProcessResult {
    int exit_code = 0;   // 128 + n when signal n ended it
    std::string output;  // standard output
    std::string errors;  // standard error
    bool timed_out = false;
};

// An Error only when the process could not be started; a non-zero exit code is not an error.
Result<ProcessResult> run_process(const Command& command);

// The caller's environment as "NAME=value" entries, overridden by `added`.
std::vector<std::string> environment_with(const std::map<std::string, std::string>& added);

// The null-terminated pointer array that execve takes, into `texts`.
std::vector<char*> pointers(std::vector<std::string>& texts);

// The folder of the running program, where its siblings and share/ are found.
std::filesystem::path own_folder();

// Full path of a program in PATH, or empty.
std::filesystem::path find_program(const std::string& name);

}  // namespace goetia
