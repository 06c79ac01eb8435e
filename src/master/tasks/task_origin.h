// What a task begins from: another task (a clone), or the weights of an experiment or model (a fine-tuning). The fields
// that the caller gave are laid over those of the task that it begins from.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "base/json_fwd.h"
#include "master/models/model_library.h"
#include "master/service/master_service.h"

namespace goetia {

struct WantedTask {
    std::shared_ptr<const Json> body;              // the fields of POST /api/tasks with all defaults, and no origin
    std::shared_ptr<const Json> from;              // for the records; null: it begins from nothing
    std::optional<std::filesystem::path> weights;  // to begin with
};

// `given`: the fields that the caller wrote. kNotFound: the origin is not there, or not the caller's.
Result<WantedTask> wanted_task(MasterService& service, ModelLibrary& models, const Caller& caller, const Json& given);

// Pure: the fields of `base` with those that are given. Changes to a task that was packed elsewhere make it anew.
Json merged_task(Json base, const Json& given, bool has_new_weights);

}  // namespace goetia
