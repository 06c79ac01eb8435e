// A control group (cgroup v2) around each attempt, so that its processes together take no more memory than its task
// asked for. Only below a group that the machine delegates to the agent, as systemd does with Delegate=yes:
//
//   OWN/goetia-agent/        the agent itself: a group that is divided may hold no process of its own
//   OWN/attempt-FENCE/       memory.max, pids.max; killed as one when its memory is used up
#pragma once

#include <filesystem>
#include <string>

#include "protocol/desired.h"

namespace goetia {

class AttemptGroups {
  public:
    AttemptGroups() = default;  // there are none

    // Divides our own group; to be called once, before there are threads. Where that is not possible there are no
    // groups, and lack() says why.
    static AttemptGroups open(const std::filesystem::path& mount = "/sys/fs/cgroup",
                              const std::filesystem::path& proc = "/proc/self");

    // Whether it would be possible, as far as can be seen without doing it.
    static std::string lack_here(const std::filesystem::path& mount = "/sys/fs/cgroup",
                                 const std::filesystem::path& proc = "/proc/self");

    [[nodiscard]] bool are_there() const { return !base_.empty(); }
    [[nodiscard]] const std::string& lack() const { return lack_; }  // a sentence; empty: nothing is lacking

    // Empty where there are no groups.
    [[nodiscard]] std::filesystem::path of(Fence fence) const;
    // Makes the attempt's group, or sets its limits anew.
    [[nodiscard]] Status make(Fence fence, const AttemptLimits& limits) const;
    // Whether the kernel killed something in it for want of memory.
    [[nodiscard]] bool ran_out_of_memory(Fence fence) const;
    // Once its processes have ended.
    void remove(Fence fence) const;

  private:
    std::filesystem::path base_;
    std::string lack_;
};

// Moves this process into a group; its children follow.
Status enter_group(const std::filesystem::path& group);

}  // namespace goetia
