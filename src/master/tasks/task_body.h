// The body of POST /api/tasks: its fields, and the request that it is.
#pragma once

#include "component/schema.h"
#include "master/service/master_service.h"

namespace goetia {

Schema new_task_schema(const std::string& name = "NewTask",
                       const std::string& sentence = "What is to be trained, and what it needs");

// Of a body that has its package (or needs none), with every default filled in.
Result<TaskRequest> task_request_of(const MasterService& service, const Json& body);

// With the request's Idempotency-Key: what is asked by one `face` of the API is never the answer of another.
Result<Submission> keyed_submission(const HttpRequest& request, std::string_view face, Submission submission);

}  // namespace goetia
