// A command line that cannot be read: what was mistyped and the nearest thing that exists.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/result.h"

namespace goetia::cli {

// The command that `words` (without the program) lead to: as far as they name subcommands.
const CLI::App* command_of(const CLI::App& app, const std::vector<std::string>& words);

// "no command 'trian'; did you mean 'train'? see 'goetia --help'"
Error usage_error(const CLI::App& app, const std::vector<std::string>& words, const CLI::ParseError& fault);

// Parses and does what was asked; prints help, versions and usage errors. The exit code.
int parse_and_run(CLI::App& app, struct Context& context, int argc, const char* const* argv);

}  // namespace goetia::cli
