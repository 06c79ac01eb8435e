#include "agent/sandbox/system_calls.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace goetia {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
constexpr std::uint32_t kOtherNumbers = 0x40000000;  // those of x32
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
constexpr std::uint32_t kOtherNumbers = 0x80000000;
#else
#error "name the architecture here"
#endif

// From the first of the io_uring calls on, numbers are the same on every architecture.
constexpr std::uint32_t kDenied[] = {SYS_ptrace,
                                     SYS_process_vm_readv,
                                     SYS_process_vm_writev,
                                     SYS_kcmp,
                                     SYS_mount,
                                     SYS_umount2,
                                     SYS_pivot_root,
                                     SYS_chroot,
                                     SYS_setns,
                                     SYS_unshare,
                                     SYS_bpf,
                                     SYS_perf_event_open,
                                     SYS_keyctl,
                                     SYS_add_key,
                                     SYS_request_key,
                                     SYS_init_module,
                                     SYS_finit_module,
                                     SYS_delete_module,
                                     SYS_kexec_load,
                                     SYS_kexec_file_load,
                                     SYS_reboot,
                                     SYS_swapon,
                                     SYS_swapoff,
                                     SYS_settimeofday,
                                     SYS_clock_settime,
                                     SYS_clock_adjtime,
                                     SYS_adjtimex,
                                     SYS_acct,
                                     SYS_quotactl,
                                     SYS_open_by_handle_at,
                                     SYS_name_to_handle_at,
                                     SYS_userfaultfd,
                                     SYS_sethostname,
                                     SYS_setdomainname,
                                     SYS_syslog,
                                     SYS_vhangup,
                                     SYS_mknodat,
                                     SYS_fanotify_init,
                                     SYS_lookup_dcookie,
                                     SYS_nfsservctl,
                                     SYS_personality,
#if defined(__x86_64__)
                                     SYS_mknod,
                                     SYS_iopl,
                                     SYS_ioperm,
                                     SYS_modify_ldt,
                                     SYS_uselib,
                                     SYS_ustat,
                                     SYS_sysfs,
                                     SYS__sysctl,
                                     SYS_create_module,
                                     SYS_get_kernel_syms,
                                     SYS_query_module,
#endif
                                     425 /* io_uring_setup */,
                                     426,
                                     427,
                                     428 /* open_tree */,
                                     429 /* move_mount */,
                                     430 /* fsopen */,
                                     431,
                                     432,
                                     433,
                                     438 /* pidfd_getfd */,
                                     440 /* process_madvise */,
                                     442 /* mount_setattr */,
                                     443 /* quotactl_fd */,
                                     448 /* process_mrelease */};

constexpr sock_filter load(std::size_t offset) {
    return {BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(offset)};
}
constexpr sock_filter refuse(int error) {
    return {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error)};
}
constexpr std::size_t argument(int index) {  // its low half; both architectures are little-endian
    return offsetof(seccomp_data, args) + static_cast<std::size_t>(index) * sizeof(std::uint64_t);
}

std::vector<sock_filter> filter_program() {
    std::vector<sock_filter> program = {
        load(offsetof(seccomp_data, arch)),
        {BPF_JMP | BPF_JEQ | BPF_K, 1, 0, kArchitecture},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_PROCESS},
        load(offsetof(seccomp_data, nr)),
        {BPF_JMP | BPF_JGE | BPF_K, 0, 1, kOtherNumbers},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_PROCESS},
    };
    const auto add = [&program](std::initializer_list<sock_filter> more) {
        program.insert(program.end(), more.begin(), more.end());
    };
    for (const std::uint32_t number : kDenied) add({{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, number}, refuse(EPERM)});
    // A new namespace of users would bring privileges over other kernel code. Of clone3 the flags cannot be seen: glibc
    // takes clone when it is not there.
    add({{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_clone3}, refuse(ENOSYS)});
    constexpr std::uint32_t kNamespaces =
        CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
    add({{BPF_JMP | BPF_JEQ | BPF_K, 0, 4, SYS_clone},
         load(argument(0)),
         {BPF_JMP | BPF_JSET | BPF_K, 0, 1, kNamespaces},
         refuse(EPERM),
         load(offsetof(seccomp_data, nr))});
    // Sockets: those of the internet, of this machine, and netlink, by which interfaces are listed; none that is raw.
    constexpr sock_filter kAllow{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};
    constexpr std::uint32_t kTypeBits = 0xf;
    add({{BPF_JMP | BPF_JEQ | BPF_K, 0, 11, SYS_socket},
         load(argument(0)),
         {BPF_JMP | BPF_JEQ | BPF_K, 4, 0, AF_UNIX},
         {BPF_JMP | BPF_JEQ | BPF_K, 3, 0, AF_INET},
         {BPF_JMP | BPF_JEQ | BPF_K, 2, 0, AF_INET6},
         {BPF_JMP | BPF_JEQ | BPF_K, 5, 0, AF_NETLINK},
         refuse(EPERM),
         load(argument(1)),
         {BPF_ALU | BPF_AND | BPF_K, 0, 0, kTypeBits},
         {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SOCK_RAW},
         refuse(EPERM),
         kAllow});
    program.push_back(kAllow);
    return program;
}

}  // namespace

bool can_filter_system_calls() {
    const std::uint32_t action = SECCOMP_RET_ERRNO;
    return ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

Status filter_system_calls() {
    std::vector<sock_filter> filter = filter_program();
    const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0)
        return os_error("filter", "system calls", errno);
    return {};
}

}  // namespace goetia
