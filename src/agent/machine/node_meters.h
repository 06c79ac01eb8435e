// What this machine is and how it is used, from /proc and the GPUs' driver.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "agent/machine/gpu_source.h"
#include "protocol/status.h"

namespace goetia {

struct NodeMeterOptions {
    std::filesystem::path data = "/";      // its file system is the node's disk
    std::filesystem::path proc = "/proc";  // elsewhere in tests
    std::filesystem::path cgroup = "/sys/fs/cgroup";
};

class NodeMeters {
  public:
    NodeMeters(NodeMeterOptions options, GpuSource& gpus) : options_(std::move(options)), gpus_(gpus) {}

    // Everything but what the agent knows of itself: its version, its hash, labels, what the sandbox lacks.
    [[nodiscard]] NodeFacts facts() const;
    // The processor's share is that since the last call.
    NodeUse use();

  private:
    NodeMeterOptions options_;
    GpuSource& gpus_;
    std::uint64_t busy_ = 0, idle_ = 0;  // ticks of all cores, at the last call
};

// The value of "MemTotal:  123 kB" in /proc/meminfo, in bytes; 0 when it is not there.
std::int64_t memory_line(std::string_view meminfo, std::string_view key);

// Ticks of the first line of /proc/stat.
struct ProcessorTicks {
    std::uint64_t busy = 0, idle = 0;
};
ProcessorTicks processor_ticks(std::string_view stat);

// How many processes the kernel has killed for want of memory since it started (/proc/vmstat).
std::int64_t out_of_memory_kills(const std::filesystem::path& proc = "/proc");

}  // namespace goetia
