// One attempt to download the missing parts of a file from one mirror.
#pragma once

#include <set>

#include "fetch/fetch.h"
#include "fetch/part_file.h"
#include "fetch/transfer.h"

namespace goetia {

// What to do about a failed attempt.
enum class Verdict { kRetry, kNextMirror, kGiveUp };

struct AttemptFailure {
    Error error;
    Verdict verdict = Verdict::kGiveUp;
    std::optional<double> wait;  // requested by the server
};

// Empty when the file is complete.
std::optional<AttemptFailure> fetch_missing(const FetchPlan& plan, const FetchCallbacks& callbacks,
                                            const std::set<std::string>& named, const Url& mirror, PartFile& part);

}  // namespace goetia
