// What the runtime beside the master can run: its components and its build. Read when it is asked for first, and kept.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "protocol/manifests.h"

namespace goetia {

struct ComponentCatalogue;  // run/component_catalogue.h

// Safe to call from several threads. kWrongState: this master has no runtime beside it; why is in the log.
class KnownRuntime {
  public:
    using Log = std::function<void(const std::string& line)>;
    explicit KnownRuntime(Log log) : log_(std::move(log)) {}

    Result<std::shared_ptr<const ComponentCatalogue>> catalogue();
    Result<RuntimeBuild> build();

  private:
    Log log_;
    std::mutex mutex_;
    std::shared_ptr<const ComponentCatalogue> catalogue_;
    std::optional<RuntimeBuild> build_;
};

}  // namespace goetia
