// Errors of accounts as answers: tries that came too often are 429, and say when the next one is taken.
#pragma once

#include "net/route.h"

namespace goetia {

// `denied`: the status of kDenied, when it is not 403.
HttpResponse account_refusal(const RouteCall& call, const Error& error, int denied = 0);

Schema user_schema();

}  // namespace goetia
