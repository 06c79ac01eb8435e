#include "base/memory_file.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace goetia {

Result<FileDescriptor> memory_file(std::string_view bytes) {
    FileDescriptor file(::memfd_create("goetia", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!file.valid()) return os_error("make", "a file in memory", errno);
    GOETIA_TRY(write_all(file.get(), bytes, "a file in memory"));
    if (::fcntl(file.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
        return os_error("seal", "a file in memory", errno);
    if (::lseek(file.get(), 0, SEEK_SET) != 0) return os_error("rewind", "a file in memory", errno);
    return file;
}

}  // namespace goetia
