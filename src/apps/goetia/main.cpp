// goetia: the command line. builtin_commands.cpp lists its commands.
#include <clocale>
#include <csignal>

#include "apps/goetia/command.h"
#include "apps/goetia/usage.h"

int main(int argc, char** argv) {
    using namespace goetia::cli;
    std::setlocale(LC_CTYPE, "");
    std::signal(SIGXFSZ, SIG_IGN);  // exceeding a file size limit becomes a failed write, reported as an error
    Context context;
    Command app("goetia", "Trains computer-vision models and records every run completely.");
    app.needs_command().version(GOETIA_VERSION);
    app.flag("--json", context.json, "Print one JSON object as the last line of standard output");

    add_commands(app, context);
    return parse_and_run(app, context, {argv + 1, argv + argc});
}
