#include "agent/machine/telemetry_log.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"

namespace goetia {

std::string telemetry_line(WallTime time, const NodeUse& use) {
    Json line = {{"time", iso_time(time)}};
    line.update(to_json(use));
    return json_text(line) + "\n";
}

Status append_telemetry(const std::filesystem::path& file, const std::string& line, std::int64_t most) {
    struct stat info{};
    if (most > 0 && ::stat(file.c_str(), &info) == 0 && info.st_size > most &&
        ::rename(file.c_str(), (file.native() + ".1").c_str()) != 0)
        return os_error("rename", file.native(), errno);
    const FileDescriptor opened(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!opened.valid()) return os_error("write", file.native(), errno);
    return write_all(opened.get(), line, file);
}

}  // namespace goetia
