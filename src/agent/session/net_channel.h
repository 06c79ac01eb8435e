// The connection to the master by net/: a WebSocket for the documents, HTTP connections for bytes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "agent/session/master_channel.h"

namespace goetia {

struct NetChannelOptions {
    std::string master;              // "https://HOST:PORT"; http only to this machine
    std::vector<std::string> pins;   // of the master's key; empty: the system's authorities vouch for it
    std::string token;               // for the enrolment of a node without an identity
    std::string name;                // of the node, as it enrols
    std::filesystem::path identity;  // the file of its secret
};

// kInvalid: the address cannot be used, such as http to another machine.
Result<std::unique_ptr<MasterChannel>> net_channel(NetChannelOptions options);

}  // namespace goetia
