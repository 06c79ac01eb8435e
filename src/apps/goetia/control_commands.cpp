// goetia experiment pause|resume|stop|checkpoint: sends a request to a run on this machine, through its control file.
#include "apps/goetia/command.h"

#include "apps/goetia/train_run.h"
#include "experiment/run_lock.h"
#include "launch/control.h"

namespace goetia::cli {
namespace {

struct ControlOptions {
    RunOptions run;
    std::string experiment;
};

Result<Outcome> send(const ControlOptions& options, Request request) {
    GOETIA_ASSIGN(const ExperimentFolder folder, ExperimentFolder::find(options.run.experiments, options.experiment));
    if (!is_running(folder.root())) {
        return make_error(Code::kWrongState,
                          "experiment '{}' is not running; resume it with 'goetia train --resume {}'", folder.id(),
                          folder.id());
    }
    GOETIA_TRY(write_control(folder.control(), request));
    return Outcome{.json = {{"experiment", folder.id()}, {"request", request_name(request)}},
                   .text = fmt::format("requested of '{}': {}; it takes effect after the current step\n", folder.id(),
                                       request_name(request))};
}

void add_request(Command& parent, Context& context, Request request, const std::string& sentence) {
    Command& command = parent.command(std::string(request_name(request)), sentence);
    auto options = std::make_shared<ControlOptions>();
    command.positional("experiment", options->experiment, "Id, unique prefix of one, or folder")
        .required()
        .metavar("EXP");
    add_experiments_option(command, options->run);
    context.on(command, [options, request] { return send(*options, request); });
}

}  // namespace

void add_control_commands(Command& experiment, Context& context) {
    add_request(experiment, context, Request::kPause, "Pause a running experiment after its step; its process is kept");
    add_request(experiment, context, Request::kResume, "Continue a paused experiment");
    add_request(experiment, context, Request::kStop,
                "End a running experiment after its step with a resumable checkpoint");
    add_request(experiment, context, Request::kCheckpoint, "Make a running experiment write a checkpoint now");
}

}  // namespace goetia::cli
