// A file in memory alone, for text that a child process is to read: it needs no writer that lives on, cannot break as
// a pipe does, and leaves nothing on a disk.
#pragma once

#include <string_view>

#include "base/files.h"

namespace goetia {

// Holds `bytes` for good (nobody can change them any more), open for reading at its beginning, closed by exec.
Result<FileDescriptor> memory_file(std::string_view bytes);

}  // namespace goetia
