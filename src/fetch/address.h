// Which addresses belong to the open internet, and which to this machine or its own network.
#pragma once

#include <string>

#include <sys/socket.h>

namespace goetia {

// False for loopback, private, link-local, shared, multicast, documentation and reserved ranges of IPv4 and IPv6, also
// where an IPv4 address is wrapped in an IPv6 one, and for every other kind of address.
bool is_public_address(const sockaddr& address);

// "127.0.0.1", "fe80::1"
std::string address_text(const sockaddr& address);

}  // namespace goetia
