#include "launch/rank_environment.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cmath>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sched.h>
#include <set>
#include <sstream>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/files.h"

namespace goetia {

std::map<std::string, std::string> rank_environment(const RankSettings& settings) {
    const std::string threads = std::to_string(settings.threads);
    std::map<std::string, std::string> variables = {
        {"GOETIA_RANK", std::to_string(settings.rank)},
        {"GOETIA_WORLD", std::to_string(settings.world)},
        {"OMP_NUM_THREADS", threads},
        {"MKL_NUM_THREADS", threads},
        {"OMP_WAIT_POLICY", "PASSIVE"},
        {"GOMP_SPINCOUNT", "0"},   // GNU's OpenMP, which the torch wheels contain
        {"KMP_BLOCKTIME", "0"},    // Intel's and LLVM's
        {"OMP_DYNAMIC", "FALSE"},  // the number of threads affects the result, so it must not be reduced
        {"MKL_DYNAMIC", "FALSE"},
    };
    if (settings.world > 1) {
        variables["GOETIA_STORE"] = fmt::format("127.0.0.1:{}", settings.store_port);
        variables["GOETIA_STORE_SECRET"] = settings.store_secret;
    }
    return variables;
}

Result<std::string> new_store_secret() {
    std::array<unsigned char, 16> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != std::ssize(bytes)) return os_error("read", "random bytes", errno);
    std::string text;
    for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
    return text;
}

int threads_per_rank(int configured, int cores, int ranks) {
    if (configured > 0) return configured;
    return std::max(1, cores / std::max(1, ranks));
}

int cores_of_quota(const std::string& cpu_max) {
    std::istringstream words(cpu_max);
    double quota = 0;
    double period = 0;
    if (!(words >> quota >> period) || quota <= 0 || period <= 0) return 0;
    return static_cast<int>(std::ceil(quota / period));
}

int physical_cores() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    ::sched_getaffinity(0, sizeof allowed, &allowed);
    std::set<std::string> cores;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (!CPU_ISSET(cpu, &allowed)) continue;
        const auto siblings =
            read_file(fmt::format("/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list", cpu));
        cores.insert(siblings ? *siblings : std::to_string(cpu));
    }
    int count = std::max(1, static_cast<int>(cores.size()));
    if (const auto quota = read_file("/sys/fs/cgroup/cpu.max")) {
        if (const int most = cores_of_quota(*quota); most > 0) count = std::min(count, most);
    }
    return count;
}

int free_port() {
    const FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) != 0) return 0;
    if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    return ntohs(address.sin_port);
}

}  // namespace goetia
