// The GPUs of this machine: what they are and how they are used.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/status.h"

namespace goetia {

struct GpuInventory {
    std::string driver, cuda;    // as in NodeFacts; empty without GPUs
    std::vector<GpuFacts> gpus;  // in the order of their device numbers
};

class GpuSource {
  public:
    virtual ~GpuSource() = default;
    virtual GpuInventory inventory() = 0;  // with the faults as they are now
    virtual std::vector<GpuUse> use() = 0;
};

// By the driver's library (NVML), which is loaded when it is there; without it, or without GPUs, the list is empty.
std::unique_ptr<GpuSource> nvml_gpus();

// GPUs that do not exist, for tests of everything that counts or shares out GPUs: "2x24GB". `faults` names a file that
// is read each time; a line "1 fell off the bus" is the fault of GPU 1.
Result<std::unique_ptr<GpuSource>> fake_gpus(std::string_view text, const std::string& faults = "");

// Those that the variable GOETIA_FAKE_GPUS describes (with GOETIA_FAKE_GPU_FAULTS), else the machine's.
Result<std::unique_ptr<GpuSource>> gpus_of_this_machine();

}  // namespace goetia
