#include "agent/sandbox/enter_sandbox.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/sandbox/attempt_groups.h"
#include "agent/sandbox/landlock.h"
#include "agent/sandbox/namespaces.h"
#include "agent/sandbox/open_ways.h"
#include "agent/sandbox/system_calls.h"
#include "base/error_json.h"
#include "base/files.h"
#include "base/json_text.h"
#include "base/pipe.h"
#include "base/process.h"

extern char** environ;

namespace goetia {
namespace {

constexpr std::array kForwarded{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

Status limit(int resource, std::int64_t value) {
    const rlimit both{static_cast<rlim_t>(value), static_cast<rlim_t>(value)};
    if (::setrlimit(static_cast<__rlimit_resource>(resource), &both) != 0)
        return os_error("set", "a limit of the process", errno);
    return {};
}

Status become_user(const SandboxPlan& plan) {
    if (plan.user == 0) return {};
    if (::setgroups(0, nullptr) != 0 || ::setresgid(plan.user, plan.user, plan.user) != 0 ||
        ::setresuid(plan.user, plan.user, plan.user) != 0)
        return os_error("become", fmt::format("user {}", plan.user), errno);
    return {};
}

std::vector<std::string> clean_environment(const SandboxPlan& plan) {
    std::vector<std::string> clean;
    for (const auto& [name, value] : plan.environment) clean.push_back(name + "=" + value);
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text = *entry;
        const std::string name = text.substr(0, text.find('='));
        if (is_rank_variable(name) && !plan.environment.contains(name)) clean.push_back(text);
    }
    return clean;
}

// The last steps of the program's own process, in the order in which each is still allowed.
Status confine(const SandboxPlan& plan) {
    GOETIA_TRY(limit(RLIMIT_CORE, 0));
    if (plan.file_bytes > 0) GOETIA_TRY(limit(RLIMIT_FSIZE, plan.file_bytes));
    if (plan.processes > 0) GOETIA_TRY(limit(RLIMIT_NPROC, plan.processes));
    GOETIA_TRY(become_user(plan));
    // What was opened by others, such as the pipe by which the launcher kills the group, is not for the program.
    if (::syscall(SYS_close_range, 3U, ~0U, 0U) != 0 && errno != ENOSYS) return os_error("close", "files", errno);
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return os_error("give up", "new privileges", errno);
    GOETIA_TRY(restrict_files(plan.readable, plan.writable));
    return can_filter_system_calls() ? filter_system_calls() : Status();
}

[[noreturn]] void run_program(const SandboxPlan& plan, std::vector<std::string> words, bool own_mounts) {
    for (const int number : kForwarded) ::signal(number, SIG_DFL);
    std::vector<std::string> environment = clean_environment(plan);
    const std::vector<char*> word_list = pointers(words), environment_list = pointers(environment);
    Status ready = open_ways(plan, own_mounts);
    if (ready) ready = confine(plan);
    if (ready) {
        ::execve(word_list[0], word_list.data(), environment_list.data());
        ready = os_error("start", words[0], errno);
    }
    const std::string error = json_text(to_json(ready.error())) + "\n";
    [[maybe_unused]] const auto written = write_all(STDERR_FILENO, error, "standard error");
    ::_exit(127);
}

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

// Process 1 of the namespace: reaps what the program leaves behind, and ends with it.
[[noreturn]] void run_first(const SandboxPlan& plan, std::vector<std::string> words, bool own_mounts, int report) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (own_mounts) mount_own_folders();
    const pid_t program = ::fork();
    if (program == 0) run_program(plan, std::move(words), own_mounts);
    int status = 0;
    for (pid_t ended = 0; program > 0 && ended != program;) {
        ended = ::waitpid(-1, &status, 0);
        if (ended < 0 && errno != EINTR) break;
    }
    [[maybe_unused]] const ssize_t put = ::write(report, &status, sizeof status);
    ::_exit(0);
}

// As the program ended: the same exit code, or by the same signal.
[[noreturn]] void end_as(int status) {
    if (WIFEXITED(status)) ::_exit(WEXITSTATUS(status));
    static_cast<void>(limit(RLIMIT_CORE, 0));
    ::signal(WTERMSIG(status), SIG_DFL);
    ::raise(WTERMSIG(status));
    ::_exit(128 + WTERMSIG(status));
}

}  // namespace

Error enter_sandbox(const SandboxPlan& plan, std::vector<std::string> words) {
    if (words.empty()) return invalid("a sandbox needs a program to run");
    for (const int number : kForwarded) ::signal(number, SIG_IGN);
    if (Status entered = enter_group(plan.group); !entered) return std::move(entered).error();
    auto report = make_pipe();
    if (!report) return report.error();
    const NamespacesEntered entered = enter_namespaces();
    const pid_t first = ::fork();
    if (first < 0) return os_error("start", words[0], errno);
    if (first == 0) run_first(plan, std::move(words), entered.mounts, report->write.get());
    report->write.reset();
    int status = 0;
    const bool told = ::read(report->read.get(), &status, sizeof status) == sizeof status;
    const int of_first = wait_for(first);
    end_as(told ? status : of_first);
}

}  // namespace goetia
