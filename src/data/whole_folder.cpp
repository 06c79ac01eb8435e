#include "data/whole_folder.h"

#include "base/files.h"

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

}  // namespace goetia
