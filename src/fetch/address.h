// Distinguishes public internet addresses from those of this machine and its network.
#pragma once

#include <string>

#include <sys/socket.h>

namespace goetia {

// False for loopback, private, link-local, shared, multicast, documentation and reserved ranges of IPv4 and IPv6, for
// IPv4 addresses of those ranges embedded in IPv6 ones, and for every other kind of address.
bool is_public_address(const sockaddr& address);

// "127.0.0.1", "fe80::1"
std::string address_text(const sockaddr& address);

}  // namespace goetia
