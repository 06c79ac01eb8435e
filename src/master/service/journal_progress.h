// How far runs are, by their journals: each is read on from where it was read last. Safe to call from several threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "protocol/status.h"

namespace goetia {

struct JournaledProgress {
    std::int64_t step = 0, steps = 0;                 // steps: 0 when it is not known
    std::map<std::string, std::int64_t> checkpoints;  // hash -> step
};

class JournalProgress {
  public:
    JournalProgress();
    ~JournalProgress();
    // What the experiment's journals say by now.
    JournaledProgress read(Fence fence, const std::filesystem::path& experiment);
    void forget(Fence fence);

  private:
    struct Followed;
    std::mutex mutex_;
    std::map<Fence, std::shared_ptr<Followed>> followed_;
};

}  // namespace goetia
