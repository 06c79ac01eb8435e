#include "agent/sandbox/open_ways.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/files.h"
#include "base/path_within.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

std::optional<fs::path> closed_folder_above(const fs::path& path) {
    fs::path folder = path.root_path();
    for (const fs::path& part : path.parent_path().relative_path()) {
        folder /= part;
        struct stat info{};
        if (::stat(folder.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && (info.st_mode & S_IXOTH) == 0) return folder;
    }
    return std::nullopt;
}

Status mount_at(const fs::path& what, const fs::path& where, const char* type, unsigned long flags, const char* data) {
    if (::mount(what.c_str(), where.c_str(), type, flags, data) != 0) return os_error("mount", where.native(), errno);
    return {};
}

struct KeptPath {
    fs::path path;
    FileDescriptor opened;
};

Status bind(const KeptPath& kept) {
    struct stat info{};
    if (::fstat(kept.opened.get(), &info) != 0) return os_error("read", kept.path.native(), errno);
    GOETIA_TRY(make_folders(S_ISDIR(info.st_mode) ? kept.path : kept.path.parent_path()));
    if (!S_ISDIR(info.st_mode) &&
        !FileDescriptor(::open(kept.path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644)).valid())
        return os_error("make", kept.path.native(), errno);
    return mount_at(fmt::format("/proc/self/fd/{}", kept.opened.get()), kept.path, nullptr, MS_BIND | MS_REC, nullptr);
}

Status replace(const fs::path& closed, const std::vector<fs::path>& paths) {
    std::vector<KeptPath> kept;
    for (const fs::path& path : paths) {
        FileDescriptor opened(::open(path.c_str(), O_PATH | O_CLOEXEC));
        if (opened.valid()) kept.push_back({path, std::move(opened)});
        else if (errno != ENOENT) return os_error("open", path.native(), errno);
    }
    GOETIA_TRY(mount_at("tmpfs", closed, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m"));
    for (const KeptPath& one : kept) GOETIA_TRY(bind(one));
    return {};
}

}  // namespace

std::map<fs::path, std::vector<fs::path>> closed_above(const std::vector<fs::path>& paths) {
    std::vector<fs::path> sorted = paths;
    std::ranges::sort(sorted);
    std::map<fs::path, std::vector<fs::path>> closed;
    for (const fs::path& path : sorted) {
        const std::optional<fs::path> folder = closed_folder_above(path);
        if (!folder) continue;
        std::vector<fs::path>& below = closed[*folder];
        if (below.empty() || !is_path_within(path, below.back())) below.push_back(path);
    }
    return closed;
}

Status open_ways(const SandboxPlan& plan, bool own_mounts) {
    if (plan.user == 0) return {};
    std::vector<fs::path> paths = plan.readable;
    paths.insert(paths.end(), plan.writable.begin(), plan.writable.end());
    const auto closed = closed_above(paths);
    if (closed.empty()) return {};
    if (!own_mounts)
        return make_error(Code::kWrongState,
                          "'{}' lies in '{}', which other users may not pass, and this machine does not let the agent "
                          "mount: keep it elsewhere, such as in /var/lib, or run the agent with --user own",
                          closed.begin()->second.front().native(), closed.begin()->first.native());
    std::error_code gone;
    const fs::path here = fs::current_path(gone);
    for (const auto& [folder, below] : closed) GOETIA_TRY(replace(folder, below));
    if (!gone) fs::current_path(here, gone);  // by the new way; where none leads there, it stays in the old folder
    return {};
}

}  // namespace goetia
