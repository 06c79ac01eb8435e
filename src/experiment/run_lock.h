// Who runs an experiment: a lock on its journal folder that the kernel takes back when the holder dies, however it
// dies. An experiment whose journal says "running" without this lock was interrupted.
#pragma once

#include <filesystem>

#include "base/files.h"
#include "base/result.h"

namespace goetia {

class RunLock {
  public:
    // kWrongState, naming the holder's process, when another holds it.
    static Result<RunLock> take(const std::filesystem::path& experiment_root);
    // One that another process took and handed over as an inherited descriptor: it was never free in between.
    static Result<RunLock> take_over(int descriptor, const std::filesystem::path& experiment_root);

    [[nodiscard]] int fd() const { return held_.get(); }

  private:
    explicit RunLock(FileDescriptor held) : held_(std::move(held)) {}
    FileDescriptor held_;
};

bool is_running(const std::filesystem::path& experiment_root);

}  // namespace goetia
