#include "agent/sandbox/sandbox_plan.h"

#include <algorithm>
#include <array>

#include "base/json.h"

namespace goetia {
namespace {

Json texts_of(const std::vector<std::filesystem::path>& paths) {
    Json texts = Json::array();
    for (const auto& path : paths) texts.push_back(path.native());
    return texts;
}

std::vector<std::filesystem::path> paths_of(const Json& texts) {
    std::vector<std::filesystem::path> paths;
    for (const Json& text : texts) paths.emplace_back(text.get<std::string>());
    return paths;
}

}  // namespace

Json to_json(const SandboxPlan& plan) {
    return {{"user", plan.user},
            {"readable", texts_of(plan.readable)},
            {"writable", texts_of(plan.writable)},
            {"environment", plan.environment},
            {"processes", plan.processes},
            {"file_bytes", plan.file_bytes},
            {"group", plan.group.native()}};
}

Result<SandboxPlan> sandbox_plan_from(const Json& json) {
    try {
        return SandboxPlan{.user = json.at("user").get<std::uint32_t>(),
                           .readable = paths_of(json.at("readable")),
                           .writable = paths_of(json.at("writable")),
                           .environment = json.at("environment").get<std::map<std::string, std::string>>(),
                           .processes = json.at("processes").get<std::int64_t>(),
                           .file_bytes = json.at("file_bytes").get<std::int64_t>(),
                           .group = json.value("group", "")};
    } catch (const Json::exception& fault) {
        return invalid("the plan of a sandbox is damaged: {}", fault.what());
    }
}

std::vector<std::filesystem::path> readable_system() {
    return {"/bin", "/sbin", "/usr", "/lib", "/lib32", "/lib64", "/opt", "/etc", "/proc", "/sys", "/run/nvidia"};
}

std::vector<std::filesystem::path> usable_devices() {
    std::vector<std::filesystem::path> devices = {"/dev/null",   "/dev/zero", "/dev/full",
                                                  "/dev/random", "/dev/shm",  "/dev/urandom"};
    std::error_code code;
    for (std::filesystem::directory_iterator entry("/dev", code), end; !code && entry != end; entry.increment(code)) {
        if (entry->path().filename().native().starts_with("nvidia")) devices.push_back(entry->path());
    }
    return devices;
}

bool is_rank_variable(const std::string& name) {
    constexpr std::array<std::string_view, 7> kKept{"GOETIA_RANK", "GOETIA_WORLD", "GOETIA_STORE", "OMP_",
                                                    "MKL_",        "GOMP_",        "KMP_"};
    return std::any_of(kKept.begin(), kKept.end(), [&](std::string_view kept) { return name.starts_with(kept); });
}

}  // namespace goetia
