// How a command of `goetia` is written: one file per noun adds its commands and says what each does. The work comes
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

// One line per noun; the file of the same name holds it.
void add_config_commands(Command& app, Context& context);
void add_train_command(Command& app, Context& context);
void add_reproduce_command(Command& app, Context& context);
void add_demo_command(Command& app, Context& context);
void add_component_commands(Command& app, Context& context);
void add_component_plugin_commands(Command& component, Context& context);
void add_component_cache_command(Command& component, Context& context);
void add_dataset_commands(Command& app, Context& context);
void add_dataset_pack_command(Command& dataset, Context& context);
void add_experiment_commands(Command& app, Context& context);
void add_control_commands(Command& experiment, Context& context);  // pause, resume, stop, checkpoint
void add_bench_commands(Command& app, Context& context);
void add_bench_loader_command(Command& bench, Context& context);
void add_weights_commands(Command& app, Context& context);
void add_score_commands(Command& app, Context& context);
void add_completion_command(Command& app, Context& context);
void add_doctor_command(Command& app, Context& context);
void add_version_command(Command& app, Context& context);

}  // namespace goetia::cli
