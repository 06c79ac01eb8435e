// How a command of `goetia-runtime` is written: one file each, a Status back. report() turns an Error into the exit
// code and into the last line of standard error, one JSON object, from which launch/ makes the Error again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace goetia::runtime {

using Words = std::vector<std::string>;  // what follows the command's name

Status bench_command(const Words& words);
Status train_command(const Words& words);
Status describe_command(const Words& words);
Status export_command(const Words& words);
Status forward_command(const Words& words);
Status graph_command(const Words& words);
Status infer_command(const Words& words);
Status loss_command(const Words& words);
Status optimize_command(const Words& words);
Status schedule_command(const Words& words);

int report(const Error& error);

// The value of "--name value" in `words`.
std::optional<std::string> option(const Words& words, const std::string& name);

}  // namespace goetia::runtime
