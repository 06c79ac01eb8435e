#include "agent/sandbox/landlock.h"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/files.h"

namespace goetia {
namespace {

// Declared here, so that headers of older kernels do: rights of later versions are consecutive bits.
struct RulesetOfAll {
    std::uint64_t files = 0, network = 0, scopes = 0;
};

constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_EXECUTE;
constexpr std::uint64_t kFileRights = (1U << 0U) | (1U << 1U) | (1U << 2U) | (1U << 14U) | (1U << 15U);
constexpr std::uint64_t kAbstractSockets = 1, kSignals = 2;

std::uint64_t rights_of(int version) {
    constexpr unsigned kFirst = 13, kWithRefer = 14, kWithTruncate = 15, kWithDevices = 16;
    const unsigned bits = version >= 5   ? kWithDevices
                          : version >= 3 ? kWithTruncate
                          : version >= 2 ? kWithRefer
                                         : kFirst;
    return (std::uint64_t{1} << bits) - 1;
}

Status allow(int ruleset, const std::filesystem::path& path, std::uint64_t rights) {
    const FileDescriptor opened(::open(path.c_str(), O_PATH | O_CLOEXEC));
    if (!opened.valid()) return errno == ENOENT ? Status() : Status(os_error("open", path.native(), errno));
    struct stat info{};
    if (::fstat(opened.get(), &info) == 0 && !S_ISDIR(info.st_mode)) rights &= kFileRights;
    landlock_path_beneath_attr rule{};
    rule.allowed_access = rights;
    rule.parent_fd = opened.get();
    if (::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
        return os_error("allow access to", path.native(), errno);
    return {};
}

}  // namespace

int landlock_version() {
    const auto version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return version > 0 ? static_cast<int>(version) : 0;
}

Status restrict_files(const std::vector<std::filesystem::path>& readable,
                      const std::vector<std::filesystem::path>& writable) {
    const int version = landlock_version();
    if (version == 0) return {};
    RulesetOfAll all{.files = rights_of(version)};
    if (version >= 6) all.scopes = kAbstractSockets | kSignals;
    const std::size_t size = version >= 6 ? sizeof all : version >= 4 ? 2 * sizeof all.files : sizeof all.files;
    const FileDescriptor ruleset(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &all, size, 0)));
    if (!ruleset.valid()) return os_error("make", "Landlock's rules", errno);
    for (const auto& path : readable) GOETIA_TRY(allow(ruleset.get(), path, all.files & kRead));
    for (const auto& path : writable) GOETIA_TRY(allow(ruleset.get(), path, all.files));
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0)
        return os_error("apply", "Landlock's rules", errno);
    return {};
}

}  // namespace goetia
