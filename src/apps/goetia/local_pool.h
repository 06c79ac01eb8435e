// A pool of this machine alone: a master and one agent beside it, kept running. `goetia up` is made of it.
//
//   DATA/            the master's data
//   DATA/node/       the agent's
//   DATA/logs/       what both say
//   DATA/up.json     who keeps them running, locked as long as he does
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/goetia/kept_program.h"
#include "apps/goetia/serve_options.h"
#include "base/stop.h"
#include "master/daemon/master_daemon.h"

namespace goetia::cli {

struct LocalPoolOptions {
    ServeOptions serve;
    std::vector<std::string> agent;  // more words for it
};

// Who keeps a pool running: DATA/up.json.
struct PoolHolder {
    pid_t pid = -1;
    std::string url;  // of the master; empty: it does not answer yet
};
// Empty: nobody does.
std::optional<PoolHolder> holder_of(const std::filesystem::path& data);

class LocalPool {
  public:
    // The master answers and the agent was started when it returns. kWrongState: somebody else keeps it running.
    static Result<std::unique_ptr<LocalPool>> start(LocalPoolOptions options, const StopToken& stop);

    [[nodiscard]] const MasterAccess& access() const { return access_; }
    [[nodiscard]] const std::string& node() const { return node_; }

    // How the first administrator is made, as the master says it; empty when there is one.
    [[nodiscard]] std::string setup_sentence() const;

    // Starts again what has ended; what happened, in sentences. To be called many times a second.
    std::vector<std::string> advance();
    // The agent hands over what it runs, then the master ends.
    void stop();

  private:
    explicit LocalPool(LocalPoolOptions options);
    Status take();
    Status begin(const StopToken& stop);
    Status wait_for_master(const StopToken& stop);
    Status note_holder() const;
    [[nodiscard]] Result<std::vector<std::string>> master_words() const;
    [[nodiscard]] Result<std::vector<std::string>> agent_words() const;

    LocalPoolOptions options_;
    std::filesystem::path data_;
    std::string node_;
    MasterAccess access_;
    FileDescriptor lock_;
    std::optional<KeptProgram> master_, agent_;
};

}  // namespace goetia::cli
