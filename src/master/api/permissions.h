// What callers of the API may be allowed.
#pragma once

#include "master/service/credentials.h"

namespace goetia {

inline constexpr Permission kReadTasks{"tasks.read"};
inline constexpr Permission kWriteTasks{"tasks.write"};
inline constexpr Permission kReadNodes{"nodes.read"};
inline constexpr Permission kManageNodes{"nodes.manage", "super_admin"};
inline constexpr Permission kWriteObjects{"objects.write"};
inline constexpr Permission kReadMetrics{"metrics.read"};

}  // namespace goetia
