// The standard input of every rank: the document of the run, resolved once by whoever started it. It is never stored on
// a disk, since it may contain secrets from the environment.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace goetia {

struct RankInput {
    Json document;                           // resolved, with defaults filled in
    std::set<std::string> from_environment;  // paths in it whose value came from the environment: never write them
};

std::string to_text(const RankInput& input);
Result<RankInput> rank_input_from_text(std::string_view text);

// Reads the standard input of this process to its end.
Result<RankInput> read_rank_input();

}  // namespace goetia
