// goetia experiment pause|resume|stop|checkpoint: asks a run on this machine, through its control file.
#include "apps/goetia/command.h"

#include "apps/goetia/train_run.h"
#include "experiment/run_lock.h"
#include "launch/control.h"

namespace goetia::cli {
namespace {

struct Asked {
    RunOptions run;
    std::string experiment;
};

Result<Outcome> ask(const Asked& asked, Request request) {
    GOETIA_ASSIGN(const ExperimentFolder folder, ExperimentFolder::find(asked.run.experiments, asked.experiment));
    if (!is_running(folder.root())) {
        return make_error(Code::kWrongState,
                          "experiment '{}' is not running; go on with it by 'goetia train --resume {}'", folder.id(),
                          folder.id());
    }
    GOETIA_TRY(write_control(folder.control(), request));
    return Outcome{
        .json = {{"experiment", folder.id()}, {"request", request_name(request)}},
        .text = fmt::format("asked '{}' for: {}; it acts when its step is done\n", folder.id(), request_name(request))};
}

void add_request(Command& parent, Context& context, Request request, const std::string& sentence) {
    Command& command = parent.command(std::string(request_name(request)), sentence);
    auto asked = std::make_shared<Asked>();
    command.positional("experiment", asked->experiment, "Id, the beginning of one, or folder")
        .required()
        .metavar("EXP");
    add_experiments_option(command, asked->run);
    context.on(command, [asked, request] { return ask(*asked, request); });
}

}  // namespace

void add_control_commands(Command& experiment, Context& context) {
    add_request(experiment, context, Request::kPause, "Halt a running experiment after its step, keeping its process");
    add_request(experiment, context, Request::kResume, "Let a paused experiment go on");
    add_request(experiment, context, Request::kStop,
                "End a running experiment after its step with a resumable checkpoint");
    add_request(experiment, context, Request::kCheckpoint, "Have a running experiment write a checkpoint now");
}

}  // namespace goetia::cli
