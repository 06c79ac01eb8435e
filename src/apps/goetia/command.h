// How a command of `goetia` is written: one file per noun adds its commands and defines what each does. The work comes
// back as an Outcome or an Error; printing, --json and exit codes are done once, in command.cpp.
#pragma once

#include <functional>
#include <string>

#include "apps/goetia/options.h"
#include "base/json.h"
#include "base/result.h"

namespace goetia::cli {

// Exit codes programs may rely on (docs/reference/exit-codes.md).
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
    std::string text;  // what a person reads instead; ends with a newline unless empty
    int exit_code = kOk;
};

struct Context {
    bool json = false;                      // --json: standard output holds one JSON object, people read standard error
    std::function<Result<Outcome>()> work;  // set by the chosen command's callback

    // Sets what the command does once the line is parsed.
    void on(Command& command, std::function<Result<Outcome>()> does);
    // Says a line to the person: standard output, or standard error with --json.
    void say(const std::string& line) const;
};

// Runs the chosen work and prints its outcome; returns the exit code. What a command or one of its threads throws is
// told as an error: memory that was not to be had, a library's own fault.
int finish(Context& context);

// Adds every command of the program (builtin_commands.cpp).
void add_commands(Command& app, Context& context);

}  // namespace goetia::cli
