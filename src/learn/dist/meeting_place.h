// Where the ranks of a run meet, as sockets: this machine's own address on the way there, and the socket at which rank
// 0 listens. Ranks listen at that address and at no other, so that nothing of a run can be reached from another
// network.
#pragma once

#include <string>

#include "base/files.h"
#include "base/result.h"

namespace goetia {

// The address of this machine from which `host` is reached; the address itself when `host` is this machine.
Result<std::string> own_address_toward(const std::string& host, int port);

// A TCP socket that is bound to `address` (in numbers) and `port`, and does not listen yet.
Result<FileDescriptor> bound_socket(const std::string& address, int port);

}  // namespace goetia
