// What a task is made from at the master: a document or its text, or a template with the values of a form; and changes.
#pragma once

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

struct ComposeRequest;  // config/config.h

// Whether the body of POST /api/tasks has one.
bool has_config_source(const Json& body);

// From the body's config, template, values and overrides. Faults have the paths of the body.
Result<ComposeRequest> compose_request_of(const Json& body);

}  // namespace goetia
