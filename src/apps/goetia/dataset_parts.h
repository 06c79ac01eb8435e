// The subcommands of `goetia dataset` that have a file of their own.
#pragma once

#include "apps/goetia/command.h"

namespace goetia::cli {

void add_dataset_cache(Command& dataset, Context& context);
void add_dataset_certify(Command& dataset, Context& context);
void add_dataset_convert(Command& dataset, Context& context);
void add_dataset_filter(Command& dataset, Context& context);
void add_dataset_info(Command& dataset, Context& context);
void add_dataset_make(Command& dataset, Context& context);
void add_dataset_mini(Command& dataset, Context& context);
void add_dataset_preview(Command& dataset, Context& context);
void add_dataset_rle(Command& dataset, Context& context);
void add_dataset_setup(Command& dataset, Context& context);
void add_dataset_split(Command& dataset, Context& context);
void add_dataset_table(Command& dataset, Context& context);
void add_dataset_transform(Command& dataset, Context& context);
void add_dataset_validate(Command& dataset, Context& context);
void add_dataset_weights(Command& dataset, Context& context);

void add_validate_dataset(Command& app, Context& context);  // `dataset validate` by the specification's name

}  // namespace goetia::cli
