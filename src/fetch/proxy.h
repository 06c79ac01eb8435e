// The proxy that the environment names for an address.
#pragma once

#include <vector>

#include <netinet/in.h>

#include "fetch/url.h"

namespace goetia {

// Where the proxy for `url` is to be found, as http_proxy, https_proxy and all_proxy say it; empty when none is named.
// A connection to one of these is a connection to the proxy, which may well stand in a private network.
std::vector<sockaddr_storage> proxy_addresses(const Url& url);

bool same_address(const sockaddr& a, const sockaddr& b);  // address and port

}  // namespace goetia
