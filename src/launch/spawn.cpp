#include "launch/spawn.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory_file.h"
#include "base/pipe.h"
#include "base/process.h"

namespace goetia {
namespace {

struct Child {
    char* const* words;
    char* const* environment;
    const char* folder;  // null: the current one
    int input, output, inherited, lifeline, report;
    Tie tie;
};

// The functions below run in the child between fork and exec: only async-signal-safe calls.

// The kernel sends SIGKILL to the group once the pipe has no writer left. Until exec this process is a writer, too, so
// that an owner that died before these calls is not missed.
bool tie_to_lifeline(int lifeline) {
    return ::fcntl(lifeline, F_SETFD, 0) == 0 && ::fcntl(lifeline, F_SETOWN, -::getpid()) == 0 &&
           ::fcntl(lifeline, F_SETSIG, SIGKILL) == 0 && ::fcntl(lifeline, F_SETFL, O_ASYNC | O_NONBLOCK) == 0;
}

bool set_up_child(const Child& child) {
    // Nothing else of ours is passed on, such as a connection that a library opened: it would stay open as long as the
    // child lives. Kernels before 5.11 cannot do that.
    constexpr unsigned kOnExec = 4;  // CLOSE_RANGE_CLOEXEC
    ::syscall(SYS_close_range, 3U, ~0U, kOnExec);
    const bool apart =
        child.tie == Tie::kTied ? ::setpgid(0, 0) == 0 && tie_to_lifeline(child.lifeline) : ::setsid() > 0;
    if (!apart || (child.inherited >= 0 && ::fcntl(child.inherited, F_SETFD, 0) != 0)) return false;
    for (const int number : {SIGPIPE, SIGCHLD}) ::signal(number, SIG_DFL);
    sigset_t blocked;
    ::sigemptyset(&blocked);
    if (child.tie == Tie::kDetached) {
        for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) ::sigaddset(&blocked, number);
    }
    ::sigprocmask(SIG_SETMASK, &blocked, nullptr);
    if (::dup2(child.input, STDIN_FILENO) < 0 || ::dup2(child.output, STDOUT_FILENO) < 0 ||
        ::dup2(child.output, STDERR_FILENO) < 0)
        return false;
    return true;
}

// Sent to the parent when the program could not be started.
struct Report {
    int reason = 0;
    bool folder = false;  // the working folder could not be entered
};

[[noreturn]] void run_child(const Child& child) {
    Report report;
    if (set_up_child(child)) {
        report.folder = child.folder != nullptr && ::chdir(child.folder) != 0;
        if (!report.folder) ::execvpe(child.words[0], child.words, child.environment);
    }
    report.reason = errno;
    [[maybe_unused]] const ssize_t put = ::write(child.report, &report, sizeof report);
    ::_exit(127);
}

Result<FileDescriptor> open_child(pid_t pid, const std::string& name) {
    FileDescriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!process.valid()) {
        const int why = errno;
        ::kill(-pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
        return os_error("watch", name, why);
    }
    return process;
}

}  // namespace

Result<Spawned> spawn(const Spawn& spawn) {
    GOETIA_ASSIGN(const FileDescriptor input, memory_file(spawn.input));
    GOETIA_ASSIGN(Pipe report, make_pipe());
    GOETIA_ASSIGN(Pipe lifeline, make_pipe());
    std::vector<std::string> words = spawn.words;
    std::vector<std::string> environment = environment_with(spawn.environment);
    const std::vector<char*> word_list = pointers(words);
    const std::vector<char*> environment_list = pointers(environment);
    const Child child{.words = word_list.data(),
                      .environment = environment_list.data(),
                      .folder = spawn.folder.empty() ? nullptr : spawn.folder.c_str(),
                      .input = input.get(),
                      .output = spawn.output,
                      .inherited = spawn.inherited,
                      .lifeline = lifeline.read.get(),
                      .report = report.write.get(),
                      .tie = spawn.tie};
    Spawned spawned;
    spawned.pid = ::fork();
    if (spawned.pid < 0) return os_error("start", words[0], errno);
    if (spawned.pid == 0) run_child(child);
    report.write.reset();
    Report failure;
    if (::read(report.read.get(), &failure, sizeof failure) == sizeof failure) {
        ::waitpid(spawned.pid, nullptr, 0);
        return failure.folder ? os_error("enter folder", spawn.folder.native(), failure.reason)
                              : os_error("start", words[0], failure.reason);
    }
    GOETIA_ASSIGN(spawned.process, open_child(spawned.pid, words[0]));
    if (spawn.tie == Tie::kTied) spawned.lifeline = std::move(lifeline.write);
    return spawned;
}

}  // namespace goetia
