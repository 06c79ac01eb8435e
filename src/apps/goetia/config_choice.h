// Which config a command is about: --config FILE, or Hydra's --config-path and --config-name.
#pragma once

#include <filesystem>
#include <string>

#include "apps/goetia/options.h"
#include "base/result.h"

namespace goetia {
struct ComposeRequest;
}

namespace goetia::cli {

struct ConfigChoice {
    std::filesystem::path folder;  // --config-path
    std::string name;              // --config-name
};

// --config (returned), --config-path, --config-name and --config-dir; `choice` and `request` receive them.
Option& add_config_choice(Command& command, ComposeRequest& request, ConfigChoice& choice);

// Fills `request` from what was chosen. Nothing is chosen: its file stays empty.
Status settle_choice(ComposeRequest& request, const ConfigChoice& choice);

}  // namespace goetia::cli
