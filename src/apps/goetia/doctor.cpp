#include "apps/goetia/doctor.h"

#include <algorithm>

#include <fmt/format.h>

namespace goetia::cli {
namespace {

constexpr std::uint64_t kGigabyte = 1'000'000'000;
constexpr std::uint64_t kLittleSpace = 5 * kGigabyte;

std::string gigabytes(double bytes) { return fmt::format("{:.1f} GB", bytes / static_cast<double>(kGigabyte)); }

Finding of_processor(const MachineInfo& info) {
    const Json cpu = info.machine.value("cpu", Json::object());
    return {.name = "processor",
            .found = fmt::format("{}, {} threads, {} memory", cpu.value("model", "unknown"), cpu.value("threads", 0),
                                 gigabytes(info.machine.value("memory_bytes", 0.0)))};
}

Finding of_gpus(const MachineInfo& info) {
    std::string names;
    for (const Json& gpu : info.gpus.value("gpus", Json::array())) {
        names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", gpu.value("name", "unknown"),
                             gigabytes(gpu.value("memory_bytes", 0.0)));
    }
    Finding finding{.name = "gpu", .found = names.empty() ? "no NVIDIA GPU" : names};
    if (names.empty()) {
        finding.disables = "training on a GPU; runs use the processor";
    } else if (info.torch_version && !info.torch_has_cuda) {
        finding.disables = "training on the GPU: this LibTorch is a CPU build";
        finding.remedy = "name a CUDA build with GOETIA_TORCH_DIR and run './goetia setup'";
    }
    return finding;
}

Finding of_torch(const MachineInfo& info) {
    Finding finding{.name = "libtorch", .needed = true};
    if (info.torch_version) {
        finding.found =
            fmt::format("{} ({}), {}", *info.torch_version, info.torch_has_cuda ? "CUDA" : "CPU", info.torch_folder);
        return finding;
    }
    finding.found =
        info.torch_folder.empty() ? "not in this build" : fmt::format("no LibTorch in '{}'", info.torch_folder);
    finding.disables = "training, evaluation and plug-ins";
    finding.remedy = "run './goetia setup', or name a LibTorch 2.11 to 2.13 with GOETIA_TORCH_DIR";
    return finding;
}

Finding of_runtime(const MachineInfo& info) {
    Finding finding{.name = "goetia-runtime", .found = "starts", .needed = true};
    if (info.runtime_fault.empty()) return finding;
    finding.found = info.runtime_fault;
    finding.disables = "training and evaluation";
    finding.remedy = "run './goetia setup'";
    return finding;
}

Finding of_program(const std::string& name, const std::optional<std::string>& found, const std::string& disables,
                   const std::string& package) {
    if (found) return {.name = name, .found = *found};
    return {.name = name,
            .found = "not found",
            .disables = disables,
            .remedy = fmt::format("install {} (Debian, Ubuntu: apt-get install {})", package, package)};
}

Finding of_sandbox(const MachineInfo& info) {
    Finding finding{.name = "sandbox", .found = "complete"};
    if (!info.sandbox_lacks) return {.name = "sandbox", .found = "no goetia-agent beside this program"};
    if (info.sandbox_lacks->empty()) return finding;
    finding.found = "incomplete";
    finding.disables = "isolating the code of tasks, where this machine is a node of a pool: ";
    for (const std::string& lack : *info.sandbox_lacks)
        finding.disables += (&lack == &info.sandbox_lacks->front() ? "" : "; ") + lack;
    return finding;
}

Finding of_disk(const MachineInfo& info) {
    Finding finding{
        .name = "disk",
        .found = fmt::format("{} free in '{}'", gigabytes(static_cast<double>(info.free_bytes)), info.folder.native()),
        .needed = true};
    if (!info.writable) {
        finding.found = fmt::format("'{}' cannot be written to", info.folder.native());
        finding.disables = "writing experiments here";
        finding.remedy = "choose another folder with --experiments";
    } else if (info.free_bytes < kLittleSpace) {
        finding.needed = false;
        finding.disables = "long runs: checkpoints may not fit";
        finding.remedy = "free some space, or choose another folder with --experiments";
    }
    return finding;
}

}  // namespace

std::vector<Finding> findings_of(const MachineInfo& info) {
    Finding font{.name = "chinese font", .found = info.chinese_font ? "found" : "not found"};
    if (!info.chinese_font) {
        font.disables = "Chinese labels in plots";
        font.remedy = "install fonts-wqy-microhei (Debian, Ubuntu: apt-get install fonts-wqy-microhei)";
    }
    return {
        of_processor(info),
        of_gpus(info),
        of_torch(info),
        of_runtime(info),
        of_program("compiler", info.compiler, "plug-ins: your own models, losses and transforms as .cpp files", "g++"),
        of_program("gnuplot", info.gnuplot, "plots such as training_curves.png", "gnuplot-nox"),
        font,
        of_sandbox(info),
        {.name = "exporters", .found = "none in this build", .disables = "goetia export"},
        of_disk(info)};
}

bool can_train(const std::vector<Finding>& findings) {
    return std::none_of(findings.begin(), findings.end(),
                        [](const Finding& f) { return f.needed && !f.disables.empty(); });
}

std::string doctor_text(const std::vector<Finding>& findings) {
    std::string text;
    for (const Finding& finding : findings) {
        const char* mark = finding.disables.empty() ? "ok" : finding.needed ? "MISSING" : "-";
        text += fmt::format("{:<8} {:<15} {}\n", mark, finding.name, finding.found);
        if (!finding.disables.empty()) text += fmt::format("{:<24} disables {}\n", "", finding.disables);
        if (!finding.remedy.empty()) text += fmt::format("{:<24} {}\n", "", finding.remedy);
    }
    return text + (can_train(findings) ? "this machine can train\n" : "this machine cannot train yet\n");
}

Json doctor_json(const std::vector<Finding>& findings) {
    Json list = Json::array();
    for (const Finding& f : findings) {
        list.push_back({{"name", f.name},
                        {"ok", f.disables.empty()},
                        {"found", f.found},
                        {"disables", f.disables},
                        {"remedy", f.remedy},
                        {"needed", f.needed}});
    }
    return {{"ok", can_train(findings)}, {"findings", list}};
}

}  // namespace goetia::cli
