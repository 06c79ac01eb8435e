// The agent's loop: keeps a session with the master, sends the node's status on change and at least every ten seconds,
// and carries on without a master for as long as that is away.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "agent/session/agent_node.h"
#include "agent/session/master_channel.h"

namespace goetia {

struct SessionOptions {
    double status_every = 10;
    double look_every = 0.5;                     // seconds between two looks at what runs
    double first_wait = 0.5, longest_wait = 30;  // between two tries to connect
    double silence = 40;                         // seconds without a word after which a connection is given up
    std::uint64_t seed = 0;                      // of the jitter; each node has another
};

// How long to wait before try number `failures` + 1: doubled each time, and drawn between half of it and all, so that
// nodes that lost their master together do not come back together.
double reconnect_wait(const SessionOptions& options, int failures);

enum class SessionEnd {
    kLeft,    // the machine goes away, and everything has been handed over or its time is up
    kUpdate,  // the program that the master wants is there: become it
    kDenied,  // the master does not know this node
};

class AgentSession {
  public:
    AgentSession(AgentNode& node, MasterChannel& channel, SessionOptions options)
        : node_(node), channel_(channel), options_(options) {}

    // Until one of the ends. `leave_requested` is asked between steps (a signal arrived).
    Result<SessionEnd> run(const std::function<bool()>& leave_requested);

    // Fetches the program that is wanted; its path once it is there and verified.
    [[nodiscard]] const std::filesystem::path& update() const { return update_; }

    // One step of the loop, without waiting longer than look_every.
    Result<std::optional<SessionEnd>> step(const std::function<bool()>& leave_requested);

  private:
    Result<bool> connect(double now);
    Status converse(double now);
    void lose(const Error& error, double now);
    Result<bool> has_update();
    [[nodiscard]] bool has_left(double now) const;

    AgentNode& node_;
    MasterChannel& channel_;
    const SessionOptions options_;
    bool connected_ = false;
    int failures_ = 0;
    double next_try_ = 0, last_status_ = 0, last_heard_ = 0;
    std::filesystem::path update_;
    double next_update_try_ = 0;
};

}  // namespace goetia
