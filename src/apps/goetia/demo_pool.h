// The pool of `goetia demo`: a `goetia up` on a folder of its own, at a free port.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "apps/goetia/local_pool.h"
#include "launch/spawn.h"

namespace goetia::cli {

class DemoPool {
  public:
    // Starts one, or takes the one that somebody keeps running on this folder. Its node is there when it returns.
    // `keep`: it outlives us.
    static Result<std::unique_ptr<DemoPool>> open(const std::filesystem::path& folder, bool keep,
                                                  const StopToken& stop);
    DemoPool(const DemoPool&) = delete;
    DemoPool& operator=(const DemoPool&) = delete;
    ~DemoPool() { close(); }

    [[nodiscard]] const PoolHolder& holder() const { return holder_; }
    [[nodiscard]] const Json& node() const { return node_; }  // as the API shows it
    // By which its first administrator is made; empty: there is one, or who keeps the pool running was told.
    [[nodiscard]] const std::string& setup_link() const { return setup_link_; }
    // Ends it in good order, if it is ours and not to be kept. What runs stops with a checkpoint.
    void close();

  private:
    DemoPool() = default;
    Status start(const std::filesystem::path& folder, Tie tie, const StopToken& stop);
    Status wait_for_node(const std::filesystem::path& folder, const StopToken& stop);

    std::optional<Spawned> own_;
    bool keep_ = false;
    PoolHolder holder_;
    Json node_;
    std::string setup_link_;
};

}  // namespace goetia::cli
