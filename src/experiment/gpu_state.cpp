#include <cstdlib>
#include <dlfcn.h>
#include <memory>
#include <sstream>

#include "base/process.h"
#include "experiment/environment.h"

namespace goetia {
namespace {

// The few NVML functions that are used, loaded at run time so that the driver is optional.
class Nvml {
  public:
    Nvml() : library_(::dlopen("libnvidia-ml.so.1", RTLD_LAZY | RTLD_LOCAL)) {
        if (library_ == nullptr) return;
        auto* init = function<int (*)()>("nvmlInit_v2");
        ready_ = init != nullptr && init() == 0;
    }
    ~Nvml() {
        if (ready_) {
            if (auto* shutdown = function<int (*)()>("nvmlShutdown")) shutdown();
        }
        if (library_ != nullptr) ::dlclose(library_);
    }
    Nvml(const Nvml&) = delete;
    Nvml& operator=(const Nvml&) = delete;

    [[nodiscard]] bool ready() const { return ready_; }

    [[nodiscard]] Json driver() const {
        char text[96] = {};
        auto* ask = function<int (*)(char*, unsigned)>("nvmlSystemGetDriverVersion");
        return ask != nullptr && ask(text, sizeof text) == 0 ? Json(text) : Json(nullptr);
    }
    [[nodiscard]] Json cuda_driver_version() const {  // 12040 means 12.4
        int version = 0;
        auto* ask = function<int (*)(int*)>("nvmlSystemGetCudaDriverVersion_v2");
        if (ask == nullptr || ask(&version) != 0) return nullptr;
        return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
    }
    [[nodiscard]] Json gpus() const {
        Json list = Json::array();
        unsigned count = 0;
        auto* ask_count = function<int (*)(unsigned*)>("nvmlDeviceGetCount_v2");
        auto* ask_device = function<int (*)(unsigned, void**)>("nvmlDeviceGetHandleByIndex_v2");
        if (ask_count == nullptr || ask_device == nullptr || ask_count(&count) != 0) return list;
        for (unsigned i = 0; i < count; ++i) {
            void* device = nullptr;
            if (ask_device(i, &device) == 0) list.push_back(gpu(device));
        }
        return list;
    }

  private:
    struct Memory {
        unsigned long long total, free, used;
    };

    [[nodiscard]] Json gpu(void* device) const {
        char name[128] = {};
        Memory memory{};
        auto* ask_name = function<int (*)(void*, char*, unsigned)>("nvmlDeviceGetName");
        auto* ask_memory = function<int (*)(void*, Memory*)>("nvmlDeviceGetMemoryInfo");
        return {{"name", ask_name != nullptr && ask_name(device, name, sizeof name) == 0 ? Json(name) : Json(nullptr)},
                {"memory_bytes",
                 ask_memory != nullptr && ask_memory(device, &memory) == 0 ? Json(memory.total) : Json(nullptr)}};
    }

    template <class Function>
    [[nodiscard]] Function function(const char* name) const {
        return reinterpret_cast<Function>(::dlsym(library_, name));
    }

    void* library_ = nullptr;
    bool ready_ = false;
};

std::string trimmed(const std::string& text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

}  // namespace

Json gpu_state_from_smi(const std::string& csv) {
    Json state{{"driver", nullptr}, {"cuda_driver_version", nullptr}, {"gpus", Json::array()}};
    std::istringstream lines(csv);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream fields(line);
        std::string name, memory, driver;
        if (!std::getline(fields, name, ',') || !std::getline(fields, memory, ',') || !std::getline(fields, driver))
            continue;
        const std::uint64_t mebibytes = std::strtoull(memory.c_str(), nullptr, 10);
        state["driver"] = trimmed(driver);
        state["gpus"].push_back(
            {{"name", trimmed(name)}, {"memory_bytes", mebibytes > 0 ? Json(mebibytes << 20U) : Json(nullptr)}});
    }
    return state;
}

Json gpu_state() {
    const Nvml nvml;
    if (!nvml.ready()) {
        // If NVML cannot be loaded, its command-line program may still be available.
        if (find_program("nvidia-smi").empty()) return gpu_state_from_smi("");
        const auto reported = run_process(
            {.words = {"nvidia-smi", "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader,nounits"},
             .timeout_seconds = 10});
        return gpu_state_from_smi(reported && reported->exit_code == 0 ? reported->output : "");
    }
    return {{"driver", nvml.driver()}, {"cuda_driver_version", nvml.cuda_driver_version()}, {"gpus", nvml.gpus()}};
}

}  // namespace goetia
