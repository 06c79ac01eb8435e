// The lock of a running experiment, on its journal folder. The kernel releases it when the holder dies, for whatever
// reason. An experiment whose journal says "running" without this lock was interrupted.
#pragma once

#include <filesystem>

#include "base/files.h"
#include "base/result.h"

namespace goetia {

class RunLock {
  public:
    // kWrongState, naming the holder's process, when another process holds it.
    static Result<RunLock> take(const std::filesystem::path& experiment_root);
    // Adopts a lock that another process took and passed on as an inherited descriptor: it was never free in between.
    static Result<RunLock> take_over(int descriptor, const std::filesystem::path& experiment_root);

    [[nodiscard]] int fd() const { return held_.get(); }

  private:
    explicit RunLock(FileDescriptor held) : held_(std::move(held)) {}
    FileDescriptor held_;
};

bool is_running(const std::filesystem::path& experiment_root);

}  // namespace goetia
