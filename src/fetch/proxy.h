// The proxy that the environment sets for a URL.
#pragma once

#include <vector>

#include <netinet/in.h>

#include "fetch/url.h"

namespace goetia {

// The addresses of the proxy for `url` from http_proxy, https_proxy and all_proxy; empty when none is set. Connections
// to them are allowed, as a proxy may be in a private network.
std::vector<sockaddr_storage> proxy_addresses(const Url& url);

bool same_address(const sockaddr& a, const sockaddr& b);  // address and port

}  // namespace goetia
