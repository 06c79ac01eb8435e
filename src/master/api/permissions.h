// What callers of the API may be allowed, and so what a token may be limited to. Which objects,
// master/service/ownership.h says.
#pragma once

#include <array>

#include "master/service/credentials.h"

namespace goetia {

inline constexpr Permission kReadTasks{"tasks.read"};
inline constexpr Permission kWriteTasks{"tasks.write"};
inline constexpr Permission kReadExperiments{"experiments.read"};
inline constexpr Permission kWriteExperiments{"experiments.write"};
inline constexpr Permission kReadDatasets{"datasets.read"};
inline constexpr Permission kWriteDatasets{"datasets.write"};
inline constexpr Permission kReadComponents{"components.read"};
inline constexpr Permission kReadModels{"models.read"};
inline constexpr Permission kWriteModels{"models.write"};
inline constexpr Permission kWriteObjects{"objects.write"};
inline constexpr Permission kReadNodes{"nodes.read"};
inline constexpr Permission kManageNodes{"nodes.manage", "super_admin"};
inline constexpr Permission kReadMetrics{"metrics.read"};
inline constexpr Permission kOwnAccount{"account"};
inline constexpr Permission kManageUsers{"users.manage", "super_admin"};
inline constexpr Permission kReadAudit{"audit.read", "super_admin"};
inline constexpr Permission kManageSettings{"settings.manage", "super_admin"};
inline constexpr Permission kManageStorage{"storage.manage", "super_admin"};

struct PermissionInfo {
    Permission permission;
    std::string_view sentence;
};
inline constexpr std::array<PermissionInfo, 18> kPermissions{{
    {kReadTasks, "see tasks and their logs"},
    {kWriteTasks, "submit and control tasks"},
    {kReadExperiments, "see experiments, their curves and files"},
    {kWriteExperiments, "tag, archive and delete experiments"},
    {kReadDatasets, "see data sets"},
    {kWriteDatasets, "register and change data sets"},
    {kReadComponents, "see the components of configurations"},
    {kReadModels, "see the library of weights and fetch them"},
    {kWriteModels, "put weights into the library and remove them"},
    {kWriteObjects, "send packages"},
    {kReadNodes, "see the machines of the pool"},
    {kManageNodes, "add, drain and remove machines"},
    {kReadMetrics, "read the master's own figures"},
    {kOwnAccount, "manage the own account, its sessions and tokens"},
    {kManageUsers, "manage all accounts"},
    {kReadAudit, "read the audit"},
    {kManageSettings, "change the master's settings"},
    {kManageStorage, "free and back up storage"},
}};

}  // namespace goetia
