// Errors of a command line that cannot be parsed: what was mistyped and the nearest valid name.
#pragma once

#include <string>
#include <vector>

#include "apps/goetia/options.h"
#include "base/result.h"

namespace goetia::cli {

// The command that `words` (without the program) select, as far as they are names of subcommands.
const Command* command_of(const Command& app, const std::vector<std::string>& words);

// "no command 'trian'; did you mean 'train'? see 'goetia --help'"
// `fault` is the parser's message, used when there is no more specific one.
Error usage_error(const Command& app, const std::vector<std::string>& words, const std::string& fault);

// Parses `words` (without the program) and runs the chosen command; prints help, versions and usage errors. Returns the
// exit code.
int parse_and_run(Command& app, struct Context& context, const std::vector<std::string>& words);

}  // namespace goetia::cli
