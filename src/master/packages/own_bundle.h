// The runtime bundle of the master's own installation, for nodes that have no such runtime: packed once, in the
// background, when the first of them is there, and kept as an object beside DATA/bundles/, which names it.
#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/stop.h"
#include "master/objects/object_store.h"
#include "pool/task.h"
#include "protocol/manifests.h"

namespace goetia {

struct OwnBundleOptions {
    std::filesystem::path data;
    std::filesystem::path programs;  // bin/ of the installation; without goetia-runtime there is no bundle
    std::function<void(const std::string& line)> log;
    std::function<void()> on_ready;  // from another thread: nodes can be brought more than before
};

// Safe to call from several threads.
class OwnBundle {
  public:
    OwnBundle(ObjectStore& objects, OwnBundleOptions options);
    ~OwnBundle() { stop(); }
    OwnBundle(const OwnBundle&) = delete;
    OwnBundle& operator=(const OwnBundle&) = delete;
    void stop();  // what is being packed is given up

    // The LibTorch that a machine of these facts is brought, as it would say it of its own. Empty: it has that itself,
    // or cannot run the bundle, or there is none yet; then packing begins.
    std::vector<std::string> brings(const NodeFacts& facts);
    // What an attempt that needs this LibTorch has to fetch on a node that has only `own`; empty: nothing.
    [[nodiscard]] std::optional<WantedObject> runtime_for(const std::string& libtorch,
                                                          const std::vector<std::string>& own) const;
    // Why a machine without this LibTorch is not brought it, in words; empty: the bundle is not what it lacks.
    [[nodiscard]] std::string obstacle(const std::string& libtorch, const NodeFacts& facts) const;
    [[nodiscard]] bool is_it(const std::string& sha256) const;

  private:
    enum class Packing : std::uint8_t { kNotBegun, kUnderWay, kDone, kFailed };

    void load();
    void begin_packing();
    Status pack();

    ObjectStore& objects_;
    OwnBundleOptions options_;
    std::optional<RuntimeBuild> installed_;  // the build of the installation
    mutable std::mutex mutex_;
    Packing packing_ = Packing::kNotBegun;
    std::string fault_;  // of the packing
    std::optional<WantedObject> bundle_;
    RuntimeBuild build_;  // of the bundle
    StopToken stop_;
    std::thread thread_;
};

}  // namespace goetia
