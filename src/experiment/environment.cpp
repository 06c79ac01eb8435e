#include "experiment/environment.h"

#include <cstdlib>

#include "base/clock.h"
#include "base/hash.h"
#include "base/process.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

std::string compiler() {
#if defined(__clang__)
    return fmt::format("clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
    return fmt::format("gcc {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

Json variables() {
    Json values = Json::object();
    for (const std::string& name : recorded_variables()) {
        if (const char* value = std::getenv(name.c_str())) values[name] = value;
    }
    return values;
}

void add_all(Json& into, const Json& from) {
    for (const auto& [key, value] : from.items()) into[key] = value;
}

}  // namespace

fs::path own_checkout() {
    for (fs::path folder = own_folder(); folder.has_relative_path(); folder = folder.parent_path()) {
        std::error_code code;
        if (fs::exists(folder / "src" / "experiment" / "environment.h", code)) return folder;
    }
    return {};
}

const std::vector<std::string>& recorded_variables() {
    static const std::vector<std::string> names{"CUDA_VISIBLE_DEVICES",
                                                "CUDA_DEVICE_ORDER",
                                                "CUDA_LAUNCH_BLOCKING",
                                                "CUBLAS_WORKSPACE_CONFIG",
                                                "NVIDIA_TF32_OVERRIDE",
                                                "PYTORCH_CUDA_ALLOC_CONF",
                                                "NCCL_DEBUG",
                                                "NCCL_SOCKET_IFNAME",
                                                "NCCL_IB_DISABLE",
                                                "NCCL_P2P_DISABLE",
                                                "GLOO_SOCKET_IFNAME",
                                                "OMP_NUM_THREADS",
                                                "OMP_WAIT_POLICY",
                                                "OMP_PROC_BIND",
                                                "GOMP_SPINCOUNT",
                                                "GOMP_CPU_AFFINITY",
                                                "KMP_AFFINITY",
                                                "KMP_BLOCKTIME",
                                                "MKL_NUM_THREADS",
                                                "OPENBLAS_NUM_THREADS",
                                                "PYTHONHASHSEED",
                                                "MALLOC_ARENA_MAX",
                                                "LANG",
                                                "LC_ALL",
                                                "TZ"};
    return names;
}

Json capture_environment(const Json& given) {
    const auto working = given.find("working_folder");
    std::error_code code;
    const fs::path folder =
        working != given.end() && working->is_string() ? fs::path(working->get<std::string>()) : fs::current_path(code);
    Json environment = Json::object();
    environment["captured"] = iso_time(now());
    add_all(environment, given);
    environment["working_folder"] = folder.string();
    add_all(environment, machine_state());
    environment["compiler"] = compiler();
    add_all(environment, gpu_state());
    environment["git"] = git_state(folder);
    const fs::path own = own_checkout();
    environment["goetia_git"] = own.empty() ? Json(nullptr) : git_state(own);
    const auto sum = sha256_file("/proc/self/exe");
    environment["program_sha256"] = sum ? Json(*sum) : Json(nullptr);
    environment["variables"] = variables();
    // A diff or a variable may be in any encoding; JSON must be UTF-8.
    return Json::parse(environment.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace goetia
