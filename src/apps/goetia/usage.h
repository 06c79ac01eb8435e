// A command line that cannot be read: what was mistyped and the nearest thing that exists.
#pragma once

#include <string>
#include <vector>

#include "apps/goetia/options.h"
#include "base/result.h"

namespace goetia::cli {

// The command that `words` (without the program) lead to: as far as they name subcommands.
const Command* command_of(const Command& app, const std::vector<std::string>& words);

// "no command 'trian'; did you mean 'train'? see 'goetia --help'"
// `fault` is what the parser says of it; it is told where nothing more exact is known.
Error usage_error(const Command& app, const std::vector<std::string>& words, const std::string& fault);

// Reads `words` (without the program) and does what was asked; prints help, versions and usage errors. The exit code.
int parse_and_run(Command& app, struct Context& context, const std::vector<std::string>& words);

}  // namespace goetia::cli
