// The manifest of a package or bundle, read from an archive that may hold anything.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

// manifest.json must be the archive's first entry; nothing after it is read.
Result<Json> archive_manifest(const std::filesystem::path& archive);
Result<Json> archive_manifest_of(std::string_view archive);

}  // namespace goetia
