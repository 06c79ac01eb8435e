// Child processes: started without a shell, waited for, their output caught.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace goetia {

struct Command {
    std::vector<std::string> words;                  // words[0] is looked up in PATH
    std::map<std::string, std::string> environment;  // added to the caller's own
    std::filesystem::path folder;                    // empty: the caller's
    std::string input;                               // given on standard input
    double timeout_seconds = 0;                      // 0: none; then killed with its children
    // Given each whole line of standard error as it comes, for what takes long.
    std::function<void(const std::string& line)> on_error_line;
};

struct Finished {
    int exit_code = 0;   // 128 + n when signal n ended it
    std::string output;  // standard output
    std::string errors;  // standard error
    bool timed_out = false;
};

// An Error only when it could not be started; a failing exit code is a value.
Result<Finished> run_process(const Command& command);

// The caller's environment as "NAME=value" words, `added` going before what was there.
std::vector<std::string> environment_with(const std::map<std::string, std::string>& added);

// What execve takes: pointers into `texts`, ended by a null.
std::vector<char*> pointers(std::vector<std::string>& texts);

// The running program's own folder: siblings and share/ are found from it.
std::filesystem::path own_folder();

// Full path of a program in PATH, or empty.
std::filesystem::path find_program(const std::string& name);

}  // namespace goetia
