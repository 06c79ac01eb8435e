// Parses a command line according to its description.
#pragma once

#include <string>
#include <vector>

#include "apps/goetia/options.h"

namespace goetia::cli {

struct Parsed {
    enum class End { kChosen, kShown, kFault };
    End end = End::kChosen;
    std::string text;  // kShown: the requested help or version; kFault: what is wrong with the line
};

// Parses `words` (without the program), sets the variables of the options and calls back the chosen commands. An option
// may follow any command at or below the one that defines it. A contradictory description (two options of one name,
// "excludes" of an unknown one) is a programming error and throws.
Parsed parse(Command& root, std::vector<std::string> words);

}  // namespace goetia::cli
