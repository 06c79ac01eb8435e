// For functions that answer later, from another thread: once the change is durable, or has failed.
#pragma once

#include <functional>

#include "base/result.h"

namespace goetia {

template <class T>
using OnResult = std::function<void(Result<T>)>;

}  // namespace goetia
