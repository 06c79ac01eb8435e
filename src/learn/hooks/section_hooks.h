// Hooks that an experiment asks for by a section of its own instead of by an entry of `hooks`: training.ema.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace goetia {

struct SectionHook {
    std::string path;  // "training.ema"
    Json config;       // as an entry of `hooks` would be: {"type": "Ema", "decay": 0.9999}
};

// Of the sections that are enabled, in the order they run where priorities are equal.
std::vector<SectionHook> section_hooks(const Json& document);

}  // namespace goetia
