#include "launch/spawn.h"

#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "launch/process_identity.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testkit::TemporaryFolder;

FileDescriptor output_in(const TemporaryFolder& folder) {
    return FileDescriptor(::open((folder / "output").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
}

int wait_for_child(const Spawned& child) {
    int status = 0;
    EXPECT_EQ(::waitpid(child.pid, &status, 0), child.pid);
    return status;
}

bool ends_soon(const FileDescriptor& process) {
    pollfd ended{process.get(), POLLIN, 0};
    return ::poll(&ended, 1, 10'000) == 1;
}

// The process whose pid a shell wrote to a file.
FileDescriptor process_in(const std::filesystem::path& file) {
    for (int i = 0; i < 2000; ++i) {
        const auto number = read_file(file);
        if (number && number->ends_with('\n')) {
            auto process = open_process(identify_process(std::stoi(*number)).value());
            return process ? *std::move(process) : FileDescriptor();
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return {};
}

TEST(Spawn, passes_arguments_environment_folder_and_input) {
    const TemporaryFolder folder;
    const FileDescriptor output = output_in(folder);
    const auto child = spawn({.words = {"sh", "-c", "pwd; echo $GREETING; cat"},
                              .environment = {{"GREETING", "hello"}},
                              .folder = "/",
                              .input = "from memory\n",
                              .output = output.get()});
    ASSERT_TRUE(child.ok());
    EXPECT_EQ(wait_for_child(*child), 0);
    EXPECT_EQ(read_file(folder / "output").value(), "/\nhello\nfrom memory\n");
}

// Libraries open connections that are not closed on exec.
TEST(Spawn, passes_on_no_descriptor_that_is_not_named) {
    const TemporaryFolder folder;
    const FileDescriptor output = output_in(folder), named(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const FileDescriptor forgotten(::dup(::open("/dev/null", O_RDONLY)));
    const std::string script = fmt::format("for fd in {} {}; do test -e /proc/$$/fd/$fd && echo $fd; done; exit 0",
                                           named.get(), forgotten.get());
    for (const Tie tie : {Tie::kTied, Tie::kDetached}) {
        std::filesystem::resize_file(folder / "output", 0);
        const auto child = spawn({.words = {"sh", "-c", script},
                                  .environment = {},
                                  .folder = {},
                                  .input = {},
                                  .output = output.get(),
                                  .inherited = named.get(),
                                  .tie = tie});
        ASSERT_TRUE(child.ok());
        wait_for_child(*child);
        EXPECT_EQ(read_file(folder / "output").value(), fmt::format("{}\n", named.get()));
    }
}

TEST(Spawn, a_missing_folder_is_an_error) {
    const TemporaryFolder folder;
    const FileDescriptor output = output_in(folder);
    const auto child = spawn({.words = {"true"}, .folder = folder / "none", .output = output.get()});
    ASSERT_FALSE(child.ok());
    EXPECT_EQ(child.error().message,
              fmt::format("cannot enter folder '{}': No such file or directory", (folder / "none").native()));
}

TEST(Spawn, a_tied_process_survives_the_thread_that_started_it) {
    const TemporaryFolder folder;
    const FileDescriptor output = output_in(folder);
    ASSERT_EQ(::mkfifo((folder / "go").c_str(), 0600), 0);
    Result<Spawned> child = failed("not started");
    std::thread([&] {
        child = spawn({.words = {"sh", "-c", "cat; read line < go; echo $line"},
                       .folder = folder.path(),
                       .output = output.get()});
    }).join();
    ASSERT_TRUE(child.ok());
    std::FILE* go = std::fopen((folder / "go").c_str(), "w");
    std::fputs("on\n", go), std::fclose(go);
    EXPECT_EQ(wait_for_child(*child), 0);
    EXPECT_EQ(read_file(folder / "output").value(), "on\n");
}

constexpr const char* kStubborn =
    "trap '' TERM INT HUP; sleep 1000 & echo $! > child; echo $$ > self; wait; wait; sleep 1000";

TEST(Spawn, a_tied_process_and_its_children_end_with_the_lifeline) {
    const TemporaryFolder folder;
    const FileDescriptor output = output_in(folder);
    auto child = spawn({.words = {"sh", "-c", kStubborn}, .folder = folder.path(), .output = output.get()});
    ASSERT_TRUE(child.ok());
    const FileDescriptor grandchild = process_in(folder / "child");
    ASSERT_TRUE(grandchild.valid());
    child->lifeline.reset();
    EXPECT_TRUE(ends_soon(grandchild));
    const int status = wait_for_child(*child);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
}

// Starts a process that starts a shell, and kills the first with SIGKILL once the second is running.
FileDescriptor orphan(const TemporaryFolder& folder, Tie tie) {
    const pid_t starter = ::fork();
    if (starter == 0) {
        const FileDescriptor output = output_in(folder);
        const auto child =
            spawn({.words = {"sh", "-c", kStubborn}, .folder = folder.path(), .output = output.get(), .tie = tie});
        ::pause();
        ::_exit(child.ok() ? 0 : 1);
    }
    FileDescriptor process = process_in(folder / "self");
    ::kill(starter, SIGKILL);
    ::waitpid(starter, nullptr, 0);
    return process;
}

TEST(Spawn, a_tied_process_ends_when_its_parent_is_killed) {
    const TemporaryFolder folder;
    const FileDescriptor process = orphan(folder, Tie::kTied);
    ASSERT_TRUE(process.valid());
    EXPECT_TRUE(ends_soon(process));
}

TEST(Spawn, a_detached_process_survives) {
    const TemporaryFolder folder;
    const FileDescriptor process = orphan(folder, Tie::kDetached);
    ASSERT_TRUE(process.valid());
    const pid_t self = std::stoi(read_file(folder / "self").value());
    EXPECT_EQ(::getsid(self), self);
    EXPECT_FALSE(has_ended(process.get()));
    EXPECT_EQ(::kill(-self, SIGKILL), 0);
    EXPECT_TRUE(ends_soon(process));
}

}  // namespace
}  // namespace goetia
