// One attempt to get what is missing of a file from one mirror.
#pragma once

#include <set>

#include "fetch/fetch.h"
#include "fetch/part_file.h"
#include "fetch/transfer.h"

namespace goetia {

// What to do about a failed attempt.
enum class Verdict { kRetry, kNextMirror, kGiveUp };

struct Trouble {
    Error error;
    Verdict verdict = Verdict::kGiveUp;
    std::optional<double> wait;  // as the server asked
};

// Nothing when all is there.
std::optional<Trouble> fetch_missing(const FetchPlan& plan, const FetchEdges& edges, const std::set<std::string>& named,
                                     const Url& mirror, PartFile& part);

}  // namespace goetia
