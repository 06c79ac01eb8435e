// What every rank reads on its standard input: the document that the run is made from, resolved once by whoever
// started it. It never lies on a disk, since it may hold secrets that came from the environment.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace goetia {

struct RankInput {
    Json document;                           // resolved, defaults filled in
    std::set<std::string> from_environment;  // paths in it whose value came from the environment: never to be written
};

std::string to_text(const RankInput& input);
Result<RankInput> rank_input_from_text(std::string_view text);

// This process's own, to the end of standard input.
Result<RankInput> read_rank_input();

}  // namespace goetia
