// goetia: the command line. Each noun's commands are in a file of their own; this one only gathers them.
#include <clocale>

#include "apps/goetia/command.h"

int main(int argc, char** argv) {
    std::setlocale(LC_CTYPE, "");
    goetia::cli::Context context;
    CLI::App app{"Trains computer-vision models and keeps the whole story of every run.", "goetia"};
    app.require_subcommand(1);
    app.set_version_flag("--version", GOETIA_VERSION);
    app.add_flag("--json", context.json, "Print one JSON object as the last line of standard output");
    app.fallthrough();

    goetia::cli::add_config_commands(app, context);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& fault) {
        const int code = app.exit(fault);
        return code == 0 ? goetia::cli::kOk : goetia::cli::kUsage;
    }
    return goetia::cli::finish(context);
}
