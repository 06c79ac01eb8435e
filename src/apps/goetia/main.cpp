// goetia: the command line. Each noun's commands are in a file of their own; this one only gathers them.
#include <clocale>
#include <csignal>

#include "apps/goetia/command.h"
#include "apps/goetia/usage.h"

int main(int argc, char** argv) {
    using namespace goetia::cli;
    std::setlocale(LC_CTYPE, "");
    std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a failed write, told as such
    Context context;
    Command app("goetia", "Trains computer-vision models and keeps the whole story of every run.");
    app.needs_command().version(GOETIA_VERSION);
    app.flag("--json", context.json, "Print one JSON object as the last line of standard output");

    add_demo_command(app, context);
    add_train_command(app, context);
    add_reproduce_command(app, context);
    add_config_commands(app, context);
    add_component_commands(app, context);
    add_dataset_commands(app, context);
    add_experiment_commands(app, context);
    add_weights_commands(app, context);
    add_score_commands(app, context);
    add_bench_commands(app, context);
    add_doctor_command(app, context);
    add_completion_command(app, context);
    add_version_command(app, context);

    return parse_and_run(app, context, {argv + 1, argv + argc});
}
