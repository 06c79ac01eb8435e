// The durable part of the pool's world as JSON: the bodies of the store's rows. A member that has its default is left
// out, so that rows are small; one that is not known is ignored, so that an older master can read what a newer one
// wrote.
#pragma once

#include "base/json_fwd.h"
#include "base/result.h"
#include "pool/world.h"

namespace goetia {

Json world_json(const PoolTask& task);
Json world_json(const Attempt& attempt);
Json world_json(const PoolNode& node);
Json world_json(const PoolUser& user);
Json world_json(const LikeRuns& runs);

// kInvalid when a member has another type; `subject` names the row in the message.
Status read_world_json(const Json& json, const std::string& subject, PoolTask& task);
Status read_world_json(const Json& json, const std::string& subject, Attempt& attempt);
Status read_world_json(const Json& json, const std::string& subject, PoolNode& node);
Status read_world_json(const Json& json, const std::string& subject, PoolUser& user);
Status read_world_json(const Json& json, const std::string& subject, LikeRuns& runs);

}  // namespace goetia
