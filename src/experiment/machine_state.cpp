#include <set>
#include <sstream>
#include <thread>
#include <utility>

#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include "base/files.h"
#include "experiment/environment.h"

namespace goetia {
namespace {

// The text after "key<spaces><separator>" of each line that begins with `key`.
std::vector<std::string> values_of(const std::string& text, const std::string& key, char separator) {
    std::vector<std::string> values;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t at = line.find(separator);
        if (at == std::string::npos || line.substr(0, line.find_last_not_of(" \t", at - 1) + 1) != key) continue;
        const std::size_t begin = line.find_first_not_of(" \t\"", at + 1);
        const std::size_t end = line.find_last_not_of(" \t\"\r");
        values.push_back(begin == std::string::npos ? "" : line.substr(begin, end - begin + 1));
    }
    return values;
}

std::string text_of(const char* path) {
    auto text = read_file(path);
    return text ? *std::move(text) : std::string();
}

Json first_or_null(const std::vector<std::string>& values) { return values.empty() ? Json(nullptr) : Json(values[0]); }

Json cpu_state() {
    const std::string info = text_of("/proc/cpuinfo");
    const std::vector<std::string> sockets = values_of(info, "physical id", ':');
    const std::vector<std::string> core_ids = values_of(info, "core id", ':');
    std::set<std::pair<std::string, std::string>> cores;
    for (std::size_t i = 0; i < std::min(sockets.size(), core_ids.size()); ++i) cores.emplace(sockets[i], core_ids[i]);
    return {{"model", first_or_null(values_of(info, "model name", ':'))},
            {"cores", cores.empty() ? Json(nullptr) : Json(cores.size())},
            {"threads", std::thread::hardware_concurrency()}};
}

}  // namespace

Json machine_state() {
    struct sysinfo memory{};
    struct utsname system{};
    const bool has_memory = ::sysinfo(&memory) == 0;
    const bool has_system = ::uname(&system) == 0;
    return {{"cpu", cpu_state()},
            {"memory_bytes",
             has_memory ? Json(static_cast<std::uint64_t>(memory.totalram) * memory.mem_unit) : Json(nullptr)},
            {"os", first_or_null(values_of(text_of("/etc/os-release"), "PRETTY_NAME", '='))},
            {"kernel", has_system ? Json(std::string(system.sysname) + " " + system.release) : Json(nullptr)},
            {"host", has_system ? Json(system.nodename) : Json(nullptr)}};
}

}  // namespace goetia
