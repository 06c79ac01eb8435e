// A file in memory, for the input of a child process: unlike a pipe it needs no writer that stays alive and cannot
// break, and nothing is written to a disk.
#pragma once

#include <string_view>

#include "base/files.h"

namespace goetia {

// Contains `bytes`, sealed against changes, open for reading at the beginning, closed on exec.
Result<FileDescriptor> memory_file(std::string_view bytes);

}  // namespace goetia
