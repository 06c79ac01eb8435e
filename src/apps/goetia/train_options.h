// The options of `goetia train`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/goetia/config_choice.h"
#include "apps/goetia/sweep_options.h"
#include "apps/goetia/train_run.h"

namespace goetia::cli {

struct TrainOptions {
    ComposeRequest request;
    ConfigChoice choice;
    std::string data;           // --data: a folder, instead of a config
    std::string task = "auto";  // of --data
    std::string model;          // of --data
    std::string shown_part;     // --cfg: show this part of the configuration and start nothing
    std::string shown_package;
    bool shown_resolved = false;
    std::optional<std::int64_t> seed;
    std::optional<std::string> name;
    std::string resume;
    bool multirun = false;
    SweepOptions sweep;
    bool dry_run = false;
    bool follow = true;  // a run on this machine is always followed; a queue may not be
    RunOptions run;

    // The overrides of the command line, including those for --seed and --name.
    [[nodiscard]] std::vector<std::string> overrides() const;
};

Result<Outcome> train_new(Context& context, const TrainOptions& options);
Result<Outcome> train_resumed(Context& context, const TrainOptions& options);
Result<Outcome> train_multirun(Context& context, const TrainOptions& options);

// The option `name` for a folder of data (returned), --task and --model, and the overrides. After add_config_choice().
Option& add_data_choice(Command& command, TrainOptions& options, const std::string& name);

// Makes --data, --task and --model the template and the overrides of the request, the user's own coming last, and says
// what was found and chosen. Does nothing without --data.
Status apply_data(Context& context, TrainOptions& options);

// Prints the notices of a composed document and what was skipped.
void say_notices(Context& context, const CheckedConfig& config);

}  // namespace goetia::cli
