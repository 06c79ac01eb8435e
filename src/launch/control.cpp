#include "launch/control.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <utility>

#include "base/files.h"
#include "base/json.h"

namespace goetia {
namespace {

constexpr std::array<std::pair<Request, std::string_view>, 5> kNames{{{Request::kNone, "none"},
                                                                      {Request::kPause, "pause"},
                                                                      {Request::kResume, "resume"},
                                                                      {Request::kStop, "stop"},
                                                                      {Request::kCheckpoint, "checkpoint"}}};

// Writers take turns by locking the folder; closing the descriptor releases the lock.
Result<FileDescriptor> lock_folder(const std::filesystem::path& folder) {
    FileDescriptor held(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!held.valid()) return os_error("open folder", folder.native(), errno);
    while (::flock(held.get(), LOCK_EX) != 0) {
        if (errno != EINTR) return os_error("lock folder", folder.native(), errno);
    }
    return held;
}

}  // namespace

std::string_view request_name(Request request) {
    for (const auto& [one, name] : kNames) {
        if (one == request) return name;
    }
    return "none";
}

std::optional<Request> request_from_name(std::string_view name) {
    for (const auto& [request, one] : kNames) {
        if (one == name) return request;
    }
    return std::nullopt;
}

Result<Control> read_control(const std::filesystem::path& file) {
    GOETIA_ASSIGN(const std::string text, read_file(file));
    const Json json = Json::parse(text, nullptr, false);
    const bool valid = json.is_object() && json.contains("number") && json["number"].is_number_unsigned() &&
                       json.contains("request") && json["request"].is_string();
    if (!valid)
        return invalid("control file '{}' must contain 'number' and 'request', found {}", file.native(),
                       text.substr(0, 200));
    const std::optional<Request> request = request_from_name(json["request"].get<std::string>());
    if (!request) {
        return invalid("control file '{}' requests '{}' (allowed: pause, resume, stop, checkpoint, none)",
                       file.native(), json["request"].get<std::string>());
    }
    return Control{json["number"].get<std::uint64_t>(), *request};
}

Status write_control(const std::filesystem::path& file, Request request) {
    GOETIA_ASSIGN(const FileDescriptor turn, lock_folder(file.parent_path()));
    std::uint64_t number = 0;
    std::error_code code;
    if (std::filesystem::exists(file, code)) {
        GOETIA_ASSIGN(const Control before, read_control(file));
        number = before.number;
    }
    const Json json = {{"number", number + 1}, {"request", request_name(request)}};
    return write_file_atomic(file, json.dump() + "\n");
}

Result<Request> ControlReader::poll() {
    struct stat found{};
    if (::stat(file_.c_str(), &found) != 0) {
        if (errno == ENOENT) return Request::kNone;
        return os_error("look at", file_.native(), errno);
    }
    const std::int64_t changed = std::int64_t{found.st_mtim.tv_sec} * 1'000'000'000 + found.st_mtim.tv_nsec;
    if (changed == changed_ && found.st_ino == inode_) return Request::kNone;
    GOETIA_ASSIGN(const Control control, read_control(file_));
    changed_ = changed;
    inode_ = found.st_ino;
    if (control.number <= seen_) return Request::kNone;
    seen_ = control.number;
    return control.request;
}

}  // namespace goetia
