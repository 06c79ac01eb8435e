// The subcommands of `goetia dataset` that have a file of their own.
#pragma once

#include "apps/goetia/command.h"

namespace goetia::cli {

void add_dataset_cache(CLI::App& dataset, Context& context);
void add_dataset_certify(CLI::App& dataset, Context& context);
void add_dataset_convert(CLI::App& dataset, Context& context);
void add_dataset_filter(CLI::App& dataset, Context& context);
void add_dataset_info(CLI::App& dataset, Context& context);
void add_dataset_make(CLI::App& dataset, Context& context);
void add_dataset_mini(CLI::App& dataset, Context& context);
void add_dataset_preview(CLI::App& dataset, Context& context);
void add_dataset_rle(CLI::App& dataset, Context& context);
void add_dataset_setup(CLI::App& dataset, Context& context);
void add_dataset_split(CLI::App& dataset, Context& context);
void add_dataset_table(CLI::App& dataset, Context& context);
void add_dataset_transform(CLI::App& dataset, Context& context);
void add_dataset_validate(CLI::App& dataset, Context& context);  // and validate-dataset beside it
void add_dataset_weights(CLI::App& dataset, Context& context);

}  // namespace goetia::cli
