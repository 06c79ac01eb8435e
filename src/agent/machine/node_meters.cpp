#include "agent/machine/node_meters.h"

#include <algorithm>
#include <charconv>
#include <gnu/libc-version.h>
#include <sstream>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/files.h"
#include "launch/rank_environment.h"

namespace goetia {
namespace {

std::string text_or_empty(const std::filesystem::path& file) {
    auto text = read_file(file);
    return text ? *std::move(text) : std::string();
}

std::int64_t number_after(std::string_view text, std::string_view key) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = text.substr(at, end - at);
        at = end + 1;
        if (!line.starts_with(key)) continue;
        line.remove_prefix(key.size());
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        std::int64_t value = 0;
        std::from_chars(line.data(), line.data() + line.size(), value);
        return value;
    }
    return 0;
}

struct DiskBytes {
    std::int64_t all = 0, used = 0;
};

DiskBytes disk_of(const std::filesystem::path& folder) {
    struct statvfs info{};
    if (::statvfs(folder.c_str(), &info) != 0) return {};
    const auto block = static_cast<std::int64_t>(info.f_frsize);
    const auto all = static_cast<std::int64_t>(info.f_blocks) * block;
    return {all, all - static_cast<std::int64_t>(info.f_bavail) * block};
}

}  // namespace

std::int64_t memory_line(std::string_view meminfo, std::string_view key) { return number_after(meminfo, key) * 1024; }

ProcessorTicks processor_ticks(std::string_view stat) {
    std::istringstream words{std::string(stat.substr(0, stat.find('\n')))};
    std::string name;
    words >> name;
    ProcessorTicks ticks;
    std::uint64_t value = 0;
    constexpr int kIdle = 3, kWaiting = 4, kCounted = 8;  // the guests' time is within the user's
    for (int i = 0; i < kCounted && words >> value; ++i)
        (i == kIdle || i == kWaiting ? ticks.idle : ticks.busy) += value;
    return ticks;
}

std::int64_t out_of_memory_kills(const std::filesystem::path& proc) {
    return number_after(text_or_empty(proc / "vmstat"), "oom_kill ");
}

NodeFacts NodeMeters::facts() const {
    NodeFacts facts;
    char host[256] = {};
    if (::gethostname(host, sizeof host - 1) == 0) facts.host = host;
    facts.cores = physical_cores();
    facts.memory = memory_line(text_or_empty(options_.proc / "meminfo"), "MemTotal:");
    if (const std::int64_t most = number_after(text_or_empty(options_.cgroup / "memory.max"), ""); most > 0)
        facts.memory = std::min(facts.memory, most);  // "max" is no number
    facts.disk = disk_of(options_.data).all;
    utsname machine{};
    if (::uname(&machine) == 0) facts.processor = machine.machine;
    facts.glibc = ::gnu_get_libc_version();
    GpuInventory inventory = gpus_.inventory();
    facts.driver = std::move(inventory.driver);
    facts.cuda = std::move(inventory.cuda);
    facts.gpus = std::move(inventory.gpus);
    return facts;
}

NodeUse NodeMeters::use() {
    NodeUse use;
    const ProcessorTicks ticks = processor_ticks(text_or_empty(options_.proc / "stat"));
    const double busy = static_cast<double>(ticks.busy - busy_), idle = static_cast<double>(ticks.idle - idle_);
    if (busy + idle > 0) use.processor = std::clamp(busy / (busy + idle), 0.0, 1.0);
    busy_ = ticks.busy;
    idle_ = ticks.idle;
    const std::string meminfo = text_or_empty(options_.proc / "meminfo");
    use.memory = memory_line(meminfo, "MemTotal:") - memory_line(meminfo, "MemAvailable:");
    use.disk = disk_of(options_.data).used;
    use.gpus = gpus_.use();
    return use;
}

}  // namespace goetia
