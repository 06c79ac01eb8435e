// The common parts of the commands: one file per noun adds its commands and implements them. A command returns an
// Outcome or an Error; printing, --json and exit codes are handled once, in command.cpp.
#pragma once

#include <functional>
#include <string>

#include "apps/goetia/options.h"
#include "base/json.h"
#include "base/result.h"

namespace goetia::cli {

// Exit codes that programs may rely on (docs/reference/exit-codes.md).
enum ExitCode {
    kOk = 0,
    kFailed = 1,
    kUsage = 2,
    kInvalid = 3,
    kNotFound = 4,
    kDenied = 5,
    kUnavailable = 6,
    kWrongState = 7,
    kProblemsFound = 8,
    kTimeout = 124,
    kInterrupted = 130,
    kTerminated = 143
};

int exit_code(Code code);

struct Outcome {
    Json json;         // the one object printed last on standard output with --json
    std::string text;  // the output for people; ends with a newline unless empty
    int exit_code = kOk;
};

struct Context {
    bool json = false;  // --json: standard output contains one JSON object, text for people goes to standard error
    std::function<Result<Outcome>()> work;  // set by the chosen command's callback

    // Sets what the command does once the line is parsed.
    void on(Command& command, std::function<Result<Outcome>()> does);
    // Prints a line for people: to standard output, or to standard error with --json.
    void say(const std::string& line) const;
};

// Runs the chosen command and prints its outcome; returns the exit code. An exception from the command or one of its
// threads is reported as an error: out of memory, a failure inside a library.
int finish(Context& context);

// Adds every command of the program (builtin_commands.cpp).
void add_commands(Command& app, Context& context);

}  // namespace goetia::cli
