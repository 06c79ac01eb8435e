// The words of 'goetia-agent run'.
#pragma once

#include <string>
#include <vector>

#include "agent/session/agent_node.h"
#include "agent/session/agent_session.h"

namespace goetia {

struct AgentOptions {
    std::string master;  // https://HOST:PORT
    std::string token;   // of the enrolment; empty when the node has its secret
    std::string pin;     // SHA-256 of the master's key; empty: the system's authorities
    std::string name;
    AgentNodeOptions node;
};

Result<AgentOptions> agent_options_from(const std::vector<std::string>& words);
std::string agent_usage();

// "200GB", "512MB", "1TB" in bytes.
Result<std::int64_t> bytes_from(std::string_view text);

}  // namespace goetia
