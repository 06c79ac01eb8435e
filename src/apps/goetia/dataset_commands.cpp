// goetia dataset: its commands, one line each, in the order of its help. A command's own file defines
// add_dataset_<name>().
#include "apps/goetia/command.h"

namespace goetia::cli {

void add_validate_dataset(Command& app, Context& context);  // `dataset validate` by the specification's name

#define GOETIA_ADD(name)                         \
    void add_dataset_##name(Command&, Context&); \
    add_dataset_##name(dataset, context)

void add_dataset_commands(Command& app, Context& context) {
    Command& dataset = app.command("dataset", "Generate, inspect and process image sets");
    dataset.needs_command();

    GOETIA_ADD(make);
    GOETIA_ADD(pack);
    GOETIA_ADD(setup);
    GOETIA_ADD(cache);
    GOETIA_ADD(info);
    GOETIA_ADD(validate);
    GOETIA_ADD(certify);
    GOETIA_ADD(mini);
    GOETIA_ADD(filter);
    GOETIA_ADD(preview);
    GOETIA_ADD(transform);
    GOETIA_ADD(convert);
    GOETIA_ADD(rle);
    GOETIA_ADD(split);
    GOETIA_ADD(table);
    GOETIA_ADD(weights);
    GOETIA_ADD(master);
    add_validate_dataset(app, context);
}

#undef GOETIA_ADD

}  // namespace goetia::cli
