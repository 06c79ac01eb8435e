#include "data/synthetic/making.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>

#include "base/files.h"
#include "data/synthetic/outlines.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

Status check_output(const fs::path& output) {
    std::error_code code;
    if (!fs::exists(output, code)) return {};
    if (!fs::is_directory(output, code))
        return make_error(Code::kWrongState, "'{}' exists and is no folder; name another output", output.native());
    if (fs::is_empty(output, code)) return {};
    return make_error(Code::kWrongState, "folder '{}' exists and is not empty; name another output or remove it",
                      output.native());
}

}  // namespace

Status make_whole(const fs::path& output, const std::function<Status(const fs::path& beside)>& fill) {
    GOETIA_TRY(check_output(output));
    const fs::path target = fs::absolute(output).lexically_normal(),
                   place = target.has_filename() ? target : target.parent_path();
    const fs::path beside = place.parent_path() / fmt::format(".{}.goetia-partial", place.filename().native());
    std::error_code code;
    fs::remove_all(beside, code);  // of a call that was broken off
    const auto made = [&]() -> Status {
        GOETIA_TRY(make_folders(beside));
        GOETIA_TRY(fill(beside));
        fs::rename(beside, place, code);
        if (code) return os_error("make", place.native(), code.value());
        return {};
    };
    Status status = made();
    if (!status) fs::remove_all(beside, code);
    return status;
}

Status write_plain(const fs::path& path, std::string_view bytes) {
    const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!file.valid()) return os_error("write", path.native(), errno);
    return write_all(file.get(), bytes, path);
}

std::vector<std::size_t> sorted_kinds(std::int64_t count) {
    std::vector<std::size_t> kinds(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < kinds.size(); ++i) kinds[i] = i;
    std::sort(kinds.begin(), kinds.end(),
              [](std::size_t a, std::size_t b) { return shape_names()[a] < shape_names()[b]; });
    return kinds;
}

}  // namespace goetia
