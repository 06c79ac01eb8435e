// goetia dataset ...: one file for each.
#include "apps/goetia/command.h"
#include "apps/goetia/dataset_parts.h"

namespace goetia::cli {

void add_dataset_commands(Command& app, Context& context) {
    Command& dataset = app.command("dataset", "Make, look at and try out image sets");
    dataset.needs_command();

    add_dataset_make(dataset, context);
    add_dataset_pack_command(dataset, context);
    add_dataset_setup(dataset, context);
    add_dataset_cache(dataset, context);
    add_dataset_info(dataset, context);
    add_dataset_validate(dataset, context);
    add_dataset_certify(dataset, context);
    add_dataset_mini(dataset, context);
    add_dataset_filter(dataset, context);
    add_dataset_preview(dataset, context);
    add_dataset_transform(dataset, context);
    add_dataset_convert(dataset, context);
    add_dataset_rle(dataset, context);
    add_dataset_split(dataset, context);
    add_dataset_table(dataset, context);
    add_dataset_weights(dataset, context);
    add_validate_dataset(app, context);
}

}  // namespace goetia::cli
