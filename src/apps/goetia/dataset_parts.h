// The subcommands of `goetia dataset` that have a file of their own.
#pragma once

#include "apps/goetia/command.h"

namespace goetia::cli {

void add_dataset_cache(CLI::App& dataset, Context& context);
void add_dataset_make(CLI::App& dataset, Context& context);
void add_dataset_setup(CLI::App& dataset, Context& context);

}  // namespace goetia::cli
