#include "apps/goetia/command.h"

namespace goetia::cli {

void add_config_commands(CLI::App& app, Context&) { app.add_subcommand("config", "Compose, show, check and explain configurations"); }

}  // namespace goetia::cli
