// A pipe whose ends close by themselves and are not inherited.
#pragma once

#include "base/files.h"
#include "base/result.h"

namespace goetia {

struct Pipe {
    FileDescriptor read, write;
};

Result<Pipe> make_pipe();

}  // namespace goetia
