// NVML is part of NVIDIA's driver and has a stable binary interface. The few functions used here are declared by us, so
// that no header of it is needed and the program runs where there is no driver.
#include <array>
#include <cstdint>
#include <dlfcn.h>

#include <fmt/format.h>

#include "agent/machine/gpu_source.h"

namespace goetia {
namespace {

using NvmlDevice = struct NvmlDeviceState*;
using NvmlCode = int;  // 0: success
constexpr NvmlCode kNvmlGpuLost = 15;

struct NvmlMemory {
    unsigned long long total, free, used;
};
struct NvmlUtilisation {
    unsigned gpu, memory;  // percent
};

struct NvmlFunctions {
    NvmlCode (*init)() = nullptr;
    NvmlCode (*driver_version)(char*, unsigned) = nullptr;
    NvmlCode (*cuda_version)(int*) = nullptr;
    NvmlCode (*count)(unsigned*) = nullptr;
    NvmlCode (*device)(unsigned, NvmlDevice*) = nullptr;
    NvmlCode (*name)(NvmlDevice, char*, unsigned) = nullptr;
    NvmlCode (*uuid)(NvmlDevice, char*, unsigned) = nullptr;
    NvmlCode (*memory)(NvmlDevice, NvmlMemory*) = nullptr;
    NvmlCode (*utilisation)(NvmlDevice, NvmlUtilisation*) = nullptr;
    NvmlCode (*temperature)(NvmlDevice, int, unsigned*) = nullptr;
    NvmlCode (*power)(NvmlDevice, unsigned*) = nullptr;  // milliwatts
    NvmlCode (*ecc_errors)(NvmlDevice, int, int, unsigned long long*) = nullptr;
};

// False when the library lacks one of them.
bool load_functions(void* library, NvmlFunctions& functions) {
    const auto find = [library](const char* name, auto& function) {
        function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(library, name));
        return function != nullptr;
    };
    return find("nvmlInit_v2", functions.init) && find("nvmlSystemGetDriverVersion", functions.driver_version) &&
           find("nvmlSystemGetCudaDriverVersion_v2", functions.cuda_version) &&
           find("nvmlDeviceGetCount_v2", functions.count) && find("nvmlDeviceGetHandleByIndex_v2", functions.device) &&
           find("nvmlDeviceGetName", functions.name) && find("nvmlDeviceGetUUID", functions.uuid) &&
           find("nvmlDeviceGetMemoryInfo", functions.memory) &&
           find("nvmlDeviceGetUtilizationRates", functions.utilisation) &&
           find("nvmlDeviceGetTemperature", functions.temperature) &&
           find("nvmlDeviceGetPowerUsage", functions.power) &&
           find("nvmlDeviceGetTotalEccErrors", functions.ecc_errors);
}

class NvmlGpus final : public GpuSource {
  public:
    // Without a library that answers there are no GPUs.
    NvmlGpus() {
        void* library = ::dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
        works_ = library != nullptr && load_functions(library, nvml_) && nvml_.init() == 0;
    }

    GpuInventory inventory() override {
        GpuInventory inventory;
        if (!works_) return inventory;
        std::array<char, 96> text{};
        if (nvml_.driver_version(text.data(), text.size()) == 0) inventory.driver = text.data();
        int cuda = 0;
        if (nvml_.cuda_version(&cuda) == 0) inventory.cuda = fmt::format("{}.{}", cuda / 1000, cuda % 1000 / 10);
        for (unsigned i = 0; i < count(); ++i) inventory.gpus.push_back(gpu(i));
        return inventory;
    }

    std::vector<GpuUse> use() override {
        std::vector<GpuUse> used;
        for (unsigned i = 0; i < count(); ++i) used.push_back(use_of(i));
        return used;
    }

  private:
    unsigned count() {
        unsigned count = 0;
        return works_ && nvml_.count(&count) == 0 ? count : 0;
    }

    GpuFacts gpu(unsigned index) {
        GpuFacts facts;
        NvmlDevice device = nullptr;
        if (const NvmlCode code = nvml_.device(index, &device); code != 0) {
            facts.fault = code == kNvmlGpuLost ? "it fell off the bus" : fmt::format("the driver gives error {}", code);
            return facts;
        }
        std::array<char, 96> text{};
        if (nvml_.name(device, text.data(), text.size()) == 0) facts.name = text.data();
        if (nvml_.uuid(device, text.data(), text.size()) == 0) facts.uuid = text.data();
        NvmlMemory memory{};
        const NvmlCode code = nvml_.memory(device, &memory);
        if (code == 0) facts.memory = static_cast<std::int64_t>(memory.total);
        if (code == kNvmlGpuLost) facts.fault = "it fell off the bus";
        unsigned long long errors = 0;
        constexpr int kUncorrected = 1, kSinceStart = 0;
        if (nvml_.ecc_errors(device, kUncorrected, kSinceStart, &errors) == 0 && errors > 0)
            facts.fault = fmt::format("it had {} memory errors that could not be corrected", errors);
        return facts;
    }

    GpuUse use_of(unsigned index) {
        GpuUse use;
        NvmlDevice device = nullptr;
        if (nvml_.device(index, &device) != 0) return use;
        NvmlMemory memory{};
        if (nvml_.memory(device, &memory) == 0) use.memory = static_cast<std::int64_t>(memory.used);
        NvmlUtilisation utilisation{};
        if (nvml_.utilisation(device, &utilisation) == 0) use.utilisation = utilisation.gpu / 100.0;
        unsigned value = 0;
        if (nvml_.temperature(device, 0, &value) == 0) use.temperature = value;
        if (nvml_.power(device, &value) == 0) use.power = value / 1000.0;
        return use;
    }

    NvmlFunctions nvml_;
    bool works_ = false;
};

}  // namespace

std::unique_ptr<GpuSource> nvml_gpus() { return std::make_unique<NvmlGpus>(); }

}  // namespace goetia
