#include "base/atomic_folder.h"

#include <cerrno>
#include <fcntl.h>

#include "base/files.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

Status check_output(const fs::path& output) {
    std::error_code code;
    if (!fs::exists(output, code)) return {};
    if (!fs::is_directory(output, code))
        return make_error(Code::kWrongState, "'{}' exists and is not a folder; name another output", output.native());
    if (fs::is_empty(output, code)) return {};
    return make_error(Code::kWrongState, "folder '{}' exists and is not empty; name another output or remove it",
                      output.native());
}

// Removes the temporary folder on construction (an interrupted call may have left one) and on destruction, unless it
// was renamed.
class TemporaryOutput {
  public:
    explicit TemporaryOutput(fs::path folder) : folder_(std::move(folder)) { remove(); }
    ~TemporaryOutput() { remove(); }
    TemporaryOutput(const TemporaryOutput&) = delete;
    TemporaryOutput& operator=(const TemporaryOutput&) = delete;

  private:
    void remove() const {
        std::error_code code;
        fs::remove_all(folder_, code);
    }

    fs::path folder_;
};

}  // namespace

Status make_folder_atomically(const fs::path& output, const std::function<Status(const fs::path& temporary)>& fill) {
    GOETIA_TRY(check_output(output));
    const fs::path target = fs::absolute(output).lexically_normal(),
                   place = target.has_filename() ? target : target.parent_path();
    const fs::path temporary = place.parent_path() / fmt::format(".{}.goetia-partial", place.filename().native());
    const TemporaryOutput removed(temporary);
    GOETIA_TRY(make_folders(temporary));
    GOETIA_TRY(fill(temporary));
    std::error_code code;
    fs::rename(temporary, place, code);
    if (code) return os_error("make", place.native(), code.value());
    return {};
}

Status write_plain(const std::filesystem::path& path, std::string_view bytes) {
    const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!file.valid()) return os_error("write", path.native(), errno);
    return write_all(file.get(), bytes, path);
}

}  // namespace goetia
