// Who this node is to its master: a name and a secret that the master gave it when it enrolled. The file is readable by
// the agent's user alone, and is the only secret that the agent keeps.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"

namespace goetia {

struct NodeIdentity {
    std::string node, secret;
    std::string signing_key;  // of the master, for what it has us run (object_signature.h); empty: it signs nothing
};

// Empty: the node has not enrolled. kDenied when others may read the file.
Result<std::optional<NodeIdentity>> read_identity(const std::filesystem::path& file);
Status write_identity(const std::filesystem::path& file, const NodeIdentity& identity);

}  // namespace goetia
