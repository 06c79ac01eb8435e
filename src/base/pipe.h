// A pipe whose ends are closed automatically and not inherited.
#pragma once

#include "base/files.h"
#include "base/result.h"

namespace goetia {

struct Pipe {
    FileDescriptor read, write;
};

Result<Pipe> make_pipe();

}  // namespace goetia
