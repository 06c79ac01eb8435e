// The config that a command works on: --config FILE, or Hydra's --config-path and --config-name.
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

// Adds --config (returned), --config-path, --config-name and --config-dir; they are stored in `choice` and `request`.
Option& add_config_choice(Command& command, ComposeRequest& request, ConfigChoice& choice);

// Fills in `request` from the choice; without one its file stays empty.
Status apply_choice(ComposeRequest& request, const ConfigChoice& choice);

}  // namespace goetia::cli
