// A filter of system calls (seccomp): those that training never needs and attacks on the kernel, on other processes or
// on the machine do. They fail with "operation not permitted".
#pragma once

#include "base/result.h"

namespace goetia {

bool can_filter_system_calls();

// Filters those of the calling thread and its children, for good.
Status filter_system_calls();

}  // namespace goetia
