// The connection to the master, as the session uses it: documents both ways, and links for bytes. net/ implements it by
// a WebSocket and HTTP; tests by a master in memory. Methods are called by one thread, but for open_link().
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agent/replicate/master_link.h"
#include "protocol/desired.h"

namespace goetia {

class MasterChannel {
  public:
    virtual ~MasterChannel() = default;
    // Connects and proves who we are; gives the number of the session. kDenied: this node is not (any more) one of the
    // master's, so trying again is no use before a person has acted.
    virtual Result<std::uint64_t> connect() = 0;
    virtual Status send(const NodeStatus& status) = 0;
    // The next document, or empty when none came within `seconds`. An Error: the connection is gone.
    virtual Result<std::optional<NodeDesired>> receive(double seconds) = 0;
    // Whether the master answered anything since the last call: documents, pings.
    virtual bool heard() = 0;
    virtual void close() = 0;
    // With which the master signs what this node is to run; empty: it signs nothing.
    virtual std::string signing_key() = 0;
    // From any thread; null while there is no session.
    virtual std::unique_ptr<MasterLink> open_link() = 0;
};

}  // namespace goetia
