#include "experiment/text_log.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"

namespace goetia {

Result<TextLog> TextLog::open(const std::filesystem::path& path) {
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!file.valid()) return os_error("write", path.native(), errno);
    const off_t size = ::lseek(file.get(), 0, SEEK_END);
    char last = '\n';
    if (size > 0 && ::pread(file.get(), &last, 1, size - 1) != 1) return os_error("read", path.native(), errno);
    if (last != '\n') GOETIA_TRY(write_all(file.get(), "\n", path));
    return TextLog(std::move(file), path);
}

Status TextLog::line(std::string_view text) {
    std::string line = fmt::format("[{}] ", readable_local_time(now()));
    const std::string indent(line.size(), ' ');
    for (const char c : text) {
        line.push_back(c);
        if (c == '\n') line += indent;
    }
    return write_all(file_.get(), line + "\n",
                     path_);  // a single write to a file opened for appending: lines never interleave
}

}  // namespace goetia
