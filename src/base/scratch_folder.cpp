#include "base/scratch_folder.h"

#include <cerrno>
#include <cstdlib>

#include "base/files.h"

namespace goetia {

Result<ScratchFolder> ScratchFolder::make(const std::string& purpose) {
    std::string name = (std::filesystem::temp_directory_path() / ("goetia_" + purpose + "_XXXXXX")).native();
    if (::mkdtemp(name.data()) == nullptr) return os_error("make", name, errno);
    return ScratchFolder(name);
}

ScratchFolder::~ScratchFolder() {
    std::error_code code;
    if (!path_.empty()) std::filesystem::remove_all(path_, code);
}

}  // namespace goetia
