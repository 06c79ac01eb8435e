// The master as it runs: service, routes and server over one data folder. `goetia master`, `goetia up` and the
// benchmarks start it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "master/api/services.h"
#include "net/server_address.h"

namespace goetia {

struct DaemonOptions {
    std::filesystem::path data;
    std::string host = "127.0.0.1";
    int port = 8470;       // 0: any free one
    std::string database;  // "sqlite:///...", "postgresql://..."; empty: SQLite in `data`
    std::string tls;       // "own", "CERT,KEY"; empty: none, which only this machine may use
    std::string copy_to;  // "mysql://user:password@host/database": configs and metrics are copied there; empty: nowhere
    PoolPolicy policy;
    std::vector<std::filesystem::path> data_sets = {};  // folders whose data sets may be registered
    std::filesystem::path page;                         // folder of the built page; empty: it says how one is built
    std::filesystem::path agent;                        // its program, for machines that join; empty: none is given
    std::filesystem::path programs;  // bin/ of the installation whose runtime they are sent; empty: none
    std::string version;
    int threads = 2;
    std::function<void(const std::string& line)> log;
};

class MasterDaemon {
  public:
    // Answers when it returns. DATA/master.json then says where, for commands on this machine.
    static Result<std::unique_ptr<MasterDaemon>> start(DaemonOptions options);
    virtual ~MasterDaemon() = default;  // stops without grace

    [[nodiscard]] virtual std::string url() const = 0;  // by which others reach it
    [[nodiscard]] virtual const std::string& pin() const = 0;
    // By which one person, once, becomes the first administrator; empty when there is one.
    [[nodiscard]] virtual const std::string& setup_link() const = 0;
    [[nodiscard]] virtual MasterServices& services() = 0;
    virtual void stop(double grace) = 0;
};

// What DATA/master.json and DATA/local.token say.
struct MasterAccess {
    std::string url, pin, token;
};
Result<MasterAccess> access_from(const std::filesystem::path& data);

}  // namespace goetia
