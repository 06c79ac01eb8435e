// Errors as answers: application/problem+json with one of the neutral codes, in the caller's language. What went wrong
// inside (a path, SQL, an address) is never told; the request's id leads to it in the log.
#pragma once

#include <string>

#include "base/json_fwd.h"
#include "base/result.h"
#include "net/http.h"

namespace goetia {

int http_status(Code code);

// `status` where the code alone does not say it: 400, 401, 413, 415, 421, 429. An error whose fault has the path
// "If-Match" is 412.
HttpResponse problem_response(const Error& error, const HttpRequest& request, const std::string& request_id,
                              int status = 0);

// The error that a problem+json answer tells, as the other side had it; for clients.
Error error_from_problem(const HttpResponse& response);

// Whether the caller prefers Chinese to English, by Accept-Language.
bool prefers_chinese(const HttpRequest& request);

HttpResponse json_response(const Json& document, int status = 200);

}  // namespace goetia
