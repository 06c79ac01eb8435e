// What benchmarks of a master ask of it: its API, and nodes without a machine.
#pragma once

#include <memory>
#include <string>

#include "base/json_fwd.h"
#include "master/daemon/master_daemon.h"
#include "net/client.h"
#include "protocol/desired.h"

namespace goetia::cli {

class BenchClient {
  public:
    static Result<BenchClient> open(const MasterAccess& access);
    Result<Json> ask(const std::string& method, const std::string& target, const std::string& body = "");

  private:
    BenchClient(std::unique_ptr<HttpClient> client, std::string token)
        : client_(std::move(client)), token_(std::move(token)) {}
    std::unique_ptr<HttpClient> client_;
    std::string token_;
};

// A machine that is enrolled and connected, and ends every empty task as soon as it is told of it.
class BenchNode {
  public:
    static Result<BenchNode> join(BenchClient& client, const MasterAccess& access, const std::string& name, int cores);

    // Waits so long for a document and answers it; what it holds is passed to `seen` before.
    template <class Seen>
    Result<bool> receive(double seconds, Seen seen) {
        GOETIA_ASSIGN(const bool any, take(seconds));
        if (!any) return false;
        for (const WantedAttempt& wanted : desired_.attempts) seen(wanted.task);
        if (!desired_.attempts.empty() || status_.facts) GOETIA_TRY(report());
        return true;
    }
    Status report();  // as a node does every ten seconds
    void close() { socket_->close(); }

  private:
    BenchNode(std::unique_ptr<WebSocketClient> socket, NodeStatus status)
        : socket_(std::move(socket)), status_(std::move(status)) {}
    Result<bool> take(double seconds);

    std::unique_ptr<WebSocketClient> socket_;
    NodeStatus status_;
    NodeDesired desired_;
};

// The value below which this share of the values lies.
double percentile(std::vector<double> values, double share);

}  // namespace goetia::cli
