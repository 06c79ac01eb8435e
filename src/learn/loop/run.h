// One attempt of a run in its experiment folder: the whole life of `goetia-runtime train`.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "experiment/folder.h"
#include "learn/components.h"
#include "learn/loop/trainer.h"

namespace goetia {

struct AttemptRequest {
    ExperimentFolder folder{""};
    int attempt = 1;
    std::optional<std::filesystem::path> resume;  // a checkpoint file
    RankAddress address;
    std::function<Result<Ask>()> ask;             // what people ask for, looked at between steps
    std::set<std::string> from_environment = {};  // paths of the document that are written down as references only
};

// Trains until the end, a request to stop, or a fault; the folder holds the record either way.
Result<RunEnd> train_attempt(const AttemptRequest& request, const Components& components, const Json& document);

}  // namespace goetia
