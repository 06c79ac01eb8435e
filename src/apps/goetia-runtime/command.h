// How a command of `goetia-runtime` is written: one file each, a Status back; main.cpp turns it into an exit code and
// one line of JSON on standard error.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace goetia::runtime {

using Words = std::vector<std::string>;   // what follows the command's name

Status train_command(const Words& words);
Status describe_command(const Words& words);
Status forward_command(const Words& words);
Status schedule_command(const Words& words);

}  // namespace goetia::runtime
