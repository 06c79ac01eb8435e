// If-Match and ETag: what changes is changed only as its caller saw it. A document's `etag` is its version.
#pragma once

#include <cstdint>
#include <optional>

#include "base/json_fwd.h"
#include "net/route.h"

namespace goetia {

// If-Match: "VERSION"; none where the header is not there or is '*'.
Result<std::optional<std::int64_t>> expected_version(const RouteCall& call);

// The document, with its `etag` as the header, too.
HttpResponse tagged_response(const Json& document, int status = 200);

}  // namespace goetia
