// Namespaces of the kernel: this process's children see no other processes, mounts and shared memory than their own.
#pragma once

namespace goetia {

struct NamespacesEntered {
    bool processes = false, mounts = false, shared_memory = false;
};

// Those that this machine allows us. The children are in the new namespace of processes, the first is its process 1.
NamespacesEntered enter_namespaces();

// In a namespace of mounts: a /proc of the own processes only, empty /tmp and /dev/shm. Where that is not allowed they
// stay as they are.
void mount_own_folders();

}  // namespace goetia
