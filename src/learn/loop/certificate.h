// The certificate of a run's data: the fingerprint of each split, taken before anything is learnt from it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "learn/dist/communicator.h"
#include "learn/loop/builder.h"

namespace goetia {

// By split. Every rank must call: all of them must have the same data.
Result<Json> certificate_of(const RunData& data, Communicator& ranks);

// What an earlier attempt noted in `environment_file`; null when it noted none.
Result<Json> noted_certificate(const std::filesystem::path& environment_file);

// Pure: what differs between the data a run began with and those of now, in a sentence; nothing when they are the same.
std::optional<std::string> changed_data(const Json& before, const Json& now);

// Pure: the ranks' certificates, one text each, as one; the error when one could not be taken or two differ.
Result<Json> agreed_certificate(const std::vector<std::string>& texts);

}  // namespace goetia
