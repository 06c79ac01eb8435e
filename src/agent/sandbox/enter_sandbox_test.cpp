#include "agent/sandbox/enter_sandbox.h"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "agent/sandbox/landlock.h"
#include "agent/sandbox/open_ways.h"
#include "base/files.h"
#include "base/json.h"
#include "testkit/node_kit.h"

namespace goetia {
namespace {

using testing::HasSubstr;

constexpr std::uint32_t kStranger = 61234;

class EnterSandbox : public testing::Test {
  protected:
    EnterSandbox() {
        std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
        std::filesystem::create_directories(folder_ / "work");
        plan_.readable = readable_system();
        plan_.writable = usable_devices();
        plan_.writable.push_back(folder_ / "work");
        plan_.environment = {{"PATH", "/usr/bin:/bin"}, {"WORK", folder_ / "work"}};
        if (is_root()) plan_.user = kStranger;
        if (is_root()) {
            EXPECT_EQ(::chown((folder_ / "work").c_str(), kStranger, kStranger), 0);
        }
    }
    static bool is_root() { return ::geteuid() == 0; }

    // Runs a shell's script in the sandbox; returns how it ended, with its output in `output_`.
    int run(const std::string& script) {
        const std::filesystem::path file = folder_ / "output";
        const pid_t child = ::fork();
        if (child == 0) {
            const int output = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
            ::dup2(output, STDOUT_FILENO);
            ::dup2(output, STDERR_FILENO);
            const Error error = enter_sandbox(plan_, {"/bin/sh", "-c", script});
            ::dprintf(STDERR_FILENO, "%s", error.message.c_str());
            ::_exit(126);
        }
        int status = 0;
        EXPECT_EQ(::waitpid(child, &status, 0), child);
        output_ = read_file(file).value();
        return status;
    }
    // That a probe is denied: the script prints "got it" where it is not.
    void expect_denied(const std::string& probe) {
        ++probes_;
        run("{ " + probe + "; } && echo 'got it'");
        EXPECT_THAT(output_, testing::Not(HasSubstr("got it"))) << probe;
    }

    // The same of what Python does, in which a probe that is denied raises.
    void expect_python_denied(const std::string& statements) {
        expect_denied("python3 -c \"import ctypes, os, socket; " + statements + "\" 2>&1");
    }
    void expect_call_denied(long number, const std::string& arguments) {
        expect_python_denied(
            fmt::format("done = ctypes.CDLL(None, use_errno=True).syscall({}, {}); assert done >= 0, "
                        "os.strerror(ctypes.get_errno())",
                        number, arguments));
    }

    testkit::TemporaryFolder folder_;
    SandboxPlan plan_;
    int probes_ = 0;
    std::string output_;
};

TEST_F(EnterSandbox, reaches_what_lies_in_folders_that_are_closed_to_others) {
    if (!is_root()) GTEST_SKIP() << "only root runs the code of tasks as another user";
    const std::filesystem::path closed = folder_ / "closed", given = closed / "deep/given", work = closed / "work";
    std::filesystem::create_directories(given);
    std::filesystem::create_directories(work);
    ASSERT_TRUE(write_file_atomic(given / "text", "for the task\n"));
    ASSERT_TRUE(write_file_atomic(closed / "deep/hidden", "not for it\n"));
    ASSERT_EQ(::chown(work.c_str(), kStranger, kStranger), 0);
    std::filesystem::permissions(closed, std::filesystem::perms(0700));
    plan_.readable.insert(plan_.readable.end(), {given, given / "text", closed / "not there"});
    plan_.writable.push_back(work);
    EXPECT_EQ(run("cat '" + (given / "text").native() + "' && cd '" + work.native() + "' && echo done > result"), 0);
    EXPECT_EQ(output_, "for the task\n");
    EXPECT_EQ(read_file(work / "result").value(), "done\n");
    expect_denied("cat '" + (closed / "deep/hidden").native() + "'");
    EXPECT_EQ(read_file(closed / "deep/hidden").value(), "not for it\n") << "for others all is as before";
}

TEST(OpenWays, leads_to_the_upper_paths_below_the_topmost_closed_folder) {
    const testkit::TemporaryFolder folder;
    for (const char* name : {"a/b/c", "a/d", "open/e"}) std::filesystem::create_directories(folder / name);
    for (const char* name : {"a", "a/b"}) std::filesystem::permissions(folder / name, std::filesystem::perms(0750));
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
    const auto closed = closed_above({folder / "a/d", folder / "open/e", folder / "a/b/c/f", folder / "a/b/c", "/usr"});
    using Paths = std::vector<std::filesystem::path>;
    EXPECT_THAT(closed, testing::ElementsAre(testing::Pair(folder / "a", Paths{folder / "a/b/c", folder / "a/d"})));
    SandboxPlan plan{.user = kStranger, .readable = {folder / "a/d"}};
    EXPECT_THAT(open_ways(plan, false).error().message, HasSubstr("--user own"));
}

TEST_F(EnterSandbox, a_program_runs_writes_where_it_may_and_ends_as_it_does) {
    EXPECT_EQ(WEXITSTATUS(run("echo hello; echo 1 > $WORK/file; exit 7")), 7);
    EXPECT_EQ(output_, "hello\n");
    EXPECT_EQ(read_file(folder_ / "work/file").value(), "1\n");
    const int killed = run("kill -9 $$");
    EXPECT_TRUE(WIFSIGNALED(killed) && WTERMSIG(killed) == SIGKILL) << "the signal is passed on";
}

TEST_F(EnterSandbox, the_environment_is_the_plans_and_the_ranks) {
    ::setenv("NODE_SECRET", "canary", 1);
    ::setenv("GOETIA_RANK", "3", 1);
    ::setenv("GOETIA_MASTER_TOKEN", "canary", 1);
    ::setenv("LD_PRELOAD_NOT", "canary", 1);
    run("env");
    EXPECT_THAT(output_, HasSubstr("GOETIA_RANK=3\n"));
    EXPECT_THAT(output_, HasSubstr("WORK="));
    EXPECT_THAT(output_, testing::Not(HasSubstr("canary")));
    for (const char* name : {"NODE_SECRET", "GOETIA_RANK", "GOETIA_MASTER_TOKEN", "LD_PRELOAD_NOT"}) ::unsetenv(name);
}

// What works without the sandbox must be seen to work, or a probe that is broken would count as denied.
TEST_F(EnterSandbox, probes_see_what_is_allowed) {
    run("{ python3 -c \"import ctypes; assert ctypes.CDLL(None).syscall(" + std::to_string(SYS_getpid) +
        ") > 0\"; } && echo 'got it'");
    EXPECT_THAT(output_, HasSubstr("got it"));
    run("{ python3 -c \"import socket; socket.socket(socket.AF_INET, socket.SOCK_STREAM)\"; } && echo 'got it'");
    EXPECT_THAT(output_, HasSubstr("got it"));
}

TEST_F(EnterSandbox, A41_forty_probes_of_hostile_code_are_denied) {
    const auto secret = folder_.write("secret", "the node's key");
    const auto theirs = folder_.write("theirs", "another task's data");
    std::filesystem::permissions(secret, std::filesystem::perms(0600));
    const std::string agent = std::to_string(::getpid());
    expect_denied("cat " + secret.native());
    if (landlock_version() > 0) {
        expect_denied("cat " + theirs.native());
        expect_denied("ls " + folder_.path().native());
        expect_denied("echo x > " + (folder_ / "new").native());
        expect_denied("ls /root");
        expect_denied("echo x > /tmp/goetia_probe");
    }
    if (is_root()) {
        expect_denied("kill -0 " + agent);
        expect_denied("kill -9 1");
        expect_denied("cat /proc/" + agent + "/environ");
        expect_denied("ls /proc/" + agent);
        expect_denied("echo core > /proc/sys/kernel/core_pattern");
    }
    expect_denied("mount -t tmpfs none $WORK");
    expect_denied("umount /proc");
    expect_denied("unshare -U true");
    expect_denied("unshare -m true");
    expect_denied("nsenter -t 1 -m true");
    expect_denied("chroot / true");
    expect_denied("mknod $WORK/disk b 8 0");
    expect_denied("date -s 2001-01-01");
    expect_denied("chown 0 $WORK");
    expect_denied("ln -s " + secret.native() + " $WORK/link && cat $WORK/link");
    expect_denied("test \"$(ulimit -c)\" != 0");
    expect_denied("grep -q 'NoNewPrivs:.0' /proc/self/status");
    expect_denied("grep -q 'Seccomp:.0' /proc/self/status");
    expect_denied("grep -q 'CapEff:.*[1-9a-f]' /proc/self/status");
    expect_denied("su root -c true");
    expect_denied("ls -A /proc/self/fd | grep -vxE '[0-3]'");
    expect_denied("python3 -c 'import os; os.setuid(0)'");
    expect_denied("python3 -c 'import os; os.setgroups([0])'");
    expect_denied("cp /bin/sh $WORK/sh && chmod u+s $WORK/sh && chown root $WORK/sh");
    for (const auto& [number, arguments] :
         std::vector<std::pair<long, std::string>>{{SYS_ptrace, "16, os.getppid(), 0, 0"},  // PTRACE_ATTACH
                                                   {SYS_process_vm_readv, "os.getppid(), 0, 0, 0, 0, 0"},
                                                   {SYS_bpf, "0, 0, 0"},
                                                   {SYS_perf_event_open, "0, 0, -1, -1, 0"},
                                                   {SYS_keyctl, "0, -3, 1"},  // the session's key ring
                                                   {SYS_add_key, "b'user', b'a', b'b', 1, -3"},
                                                   {SYS_init_module, "0, 0, b''"},
                                                   {SYS_kexec_load, "0, 0, 0, 0"},
                                                   {SYS_sethostname, "b'evil', 4"},
                                                   {SYS_syslog, "3, ctypes.create_string_buffer(10), 10"},
                                                   {SYS_userfaultfd, "0"},
                                                   {SYS_open_by_handle_at, "0, 0, 0"},
                                                   {SYS_acct, "0"},
                                                   {SYS_reboot, "0, 0, 0, 0"},
                                                   {SYS_swapon, "b'/dev/null', 0"},
                                                   {SYS_personality, "0x0040000"},  // addresses that are not random
                                                   {425, "8, ctypes.create_string_buffer(200)"},  // io_uring
                                                   {438, "0, 0, 0"}}) {                           // pidfd_getfd
        expect_call_denied(number, arguments);
    }
    expect_python_denied("socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)");
    expect_python_denied("socket.socket(socket.AF_PACKET, socket.SOCK_RAW)");
    expect_python_denied("socket.socket(40, socket.SOCK_STREAM)");  // VSOCK: the host of a virtual machine
    if (landlock_version() >= 6) {
        const FileDescriptor server(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{.sun_family = AF_UNIX};
        const std::string name = "goetia-probe-" + agent;  // abstract: begins with a zero byte
        name.copy(address.sun_path + 1, sizeof address.sun_path - 2);
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
        ASSERT_EQ(::bind(server.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
        ASSERT_EQ(::listen(server.get(), 1), 0);
        expect_python_denied("socket.socket(socket.AF_UNIX).connect(b'\\0" + name + "')");
    }
    EXPECT_GE(probes_, 40);
    EXPECT_TRUE(std::filesystem::exists(secret));
}

TEST_F(EnterSandbox, no_descriptor_of_ours_is_passed_on) {
    const auto secret = folder_.write("secret", "the node's key");
    const int opened = ::open(secret.c_str(), O_RDONLY);  // not close-on-exec
    run("ls /proc/self/fd");
    ::close(opened);
    EXPECT_EQ(output_, "0\n1\n2\n3\n") << "3 is ls's own";
}

TEST_F(EnterSandbox, what_the_program_leaves_behind_ends_with_it) {
    if (!is_root()) GTEST_SKIP() << "needs a namespace of processes";
    run("for i in 1 2 3 4 5; do setsid sleep 987654 > /dev/null 2>&1 & done; exit 0");
    EXPECT_FALSE(testkit::runs_somewhere("987654"));
}

TEST_F(EnterSandbox, limits_hold) {
    plan_.file_bytes = 1000;
    EXPECT_NE(run("head -c 5000 /dev/zero > $WORK/large"), 0);
    EXPECT_LE(std::filesystem::file_size(folder_ / "work/large"), 1000U);
}

TEST_F(EnterSandbox, a_program_that_is_not_there_is_reported_as_ranks_report) {
    const pid_t child = ::fork();
    if (child == 0) {
        const int output = ::open((folder_ / "output").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
        ::dup2(output, STDERR_FILENO);
        [[maybe_unused]] const Error error = enter_sandbox(plan_, {"/usr/bin/not-there"});
        ::_exit(126);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), 127);
    EXPECT_EQ(Json::parse(read_file(folder_ / "output").value())["error"]["message"],
              "cannot start '/usr/bin/not-there': No such file or directory");
}

TEST(SandboxPlanTest, survives_a_round_trip) {
    const SandboxPlan plan{.user = 7,
                           .readable = {"/usr"},
                           .writable = {"/work"},
                           .environment = {{"A", "b"}},
                           .processes = 3,
                           .file_bytes = 9};
    EXPECT_EQ(to_json(sandbox_plan_from(to_json(plan)).value()), to_json(plan));
    EXPECT_FALSE(sandbox_plan_from(Json::object()).ok());
}

TEST(SandboxLacks, is_said_in_sentences) {
    for (const std::string& sentence : sandbox_lacks()) EXPECT_GT(sentence.size(), 20U);
    if (::geteuid() == 0) EXPECT_THAT(sandbox_lacks(), testing::Not(testing::Contains(HasSubstr("not root"))));
}

}  // namespace
}  // namespace goetia
