#include "apps/goetia/config_choice.h"

#include "config/config.h"

namespace goetia::cli {

Option& add_config_choice(Command& command, ComposeRequest& request, ConfigChoice& choice) {
    Option& file = command.option("--config,-c", request.file, "The config file").metavar("FILE");
    command
        .option("-cp,--config-path", choice.folder,
                "Instead of --config: the folder of the configs (default: the current one)")
        .metavar("DIR")
        .excludes("--config");
    command
        .option("-cn,--config-name", choice.name, "Instead of --config: the config's name in that folder, or below it")
        .metavar("NAME")
        .excludes("--config");
    command
        .option("-cd,--config-dir", request.config_dirs,
                "Look for configs and groups here too (after the config's own folder)")
        .metavar("DIR")
        .repeated();
    return file;
}

Status apply_choice(ComposeRequest& request, const ConfigChoice& choice) {
    if (choice.folder.empty() && choice.name.empty()) return {};
    return choose_config(request, choice.folder, choice.name);
}

}  // namespace goetia::cli
