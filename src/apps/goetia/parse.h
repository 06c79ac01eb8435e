// Reads a command line by its description.
#pragma once

#include <string>
#include <vector>

#include "apps/goetia/options.h"

namespace goetia::cli {

struct Parsed {
    enum class End { kChosen, kShown, kFault };
    End end = End::kChosen;
    std::string text;  // kShown: the help or version that was asked for; kFault: what is wrong with the line
};

// Reads `words` (without the program), fills the variables that the options name and calls back the chosen commands.
// An option may stand after any of the commands below the one that has it. A description that contradicts itself (two
// options of one name, "excludes" of an unknown one) is a mistake of the program and throws.
Parsed parse(Command& root, std::vector<std::string> words);

}  // namespace goetia::cli
