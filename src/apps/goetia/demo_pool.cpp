#include "apps/goetia/demo_pool.h"

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "apps/goetia/master_call.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/process.h"

namespace goetia::cli {
namespace fs = std::filesystem;
namespace {

constexpr double kPoolStart = 90, kNodeStart = 60;  // seconds
constexpr int kPoolEnd = 35'000;                    // milliseconds

// The address of a set-up page in what 'goetia up' said.
std::string setup_link_in(const std::string& text) {
    const std::size_t page = text.find("/setup?token=");
    const std::size_t begin = text.rfind(' ', page), end = text.find('\n', page);
    if (page == std::string::npos || begin == std::string::npos || end == std::string::npos) return {};
    return text.substr(begin + 1, end - begin - 1);
}

fs::path log_of(const fs::path& folder) { return folder / "logs" / "up.log"; }

// Looks again and again until `is_there` says so; an Error of it, or a stop, ends that.
Status wait_until_there(double seconds, const std::string& what, const StopToken& stop,
                        const std::function<Result<bool>()>& is_there) {
    const double until = steady_seconds() + seconds;
    for (;;) {
        GOETIA_ASSIGN(const bool there, is_there());
        if (there) return {};
        if (stop.stop_requested()) return make_error(Code::kCancelled, "stopped before {} was there", what);
        if (steady_seconds() > until)
            return make_error(Code::kUnavailable, "{} was not there within {:.0f} s", what, seconds);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

}  // namespace

Result<std::unique_ptr<DemoPool>> DemoPool::open(const fs::path& folder, bool keep, const StopToken& stop) {
    std::unique_ptr<DemoPool> pool(new DemoPool);
    if (const auto holder = holder_of(folder); holder && !holder->url.empty()) pool->holder_ = *holder;
    else GOETIA_TRY(pool->start(folder, keep ? Tie::kDetached : Tie::kTied, stop));
    GOETIA_TRY(pool->wait_for_node(folder, stop));
    if (pool->own_) {
        GOETIA_ASSIGN(const std::string said, read_file(log_of(folder)));  // all of it, before the node is there
        pool->setup_link_ = setup_link_in(said);
    }
    pool->keep_ = keep;
    return pool;
}

Status DemoPool::start(const fs::path& folder, Tie tie, const StopToken& stop) {
    GOETIA_TRY(make_folders(folder / "logs"));
    const fs::path file = log_of(folder);
    const FileDescriptor log(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!log.valid()) return os_error("write", file.native(), errno);
    GOETIA_ASSIGN(Spawned spawned, spawn({.words = {own_folder() / "goetia", "up", "--data", folder, "--port", "0"},
                                          .environment = {},
                                          .folder = {},
                                          .input = {},
                                          .output = log.get(),
                                          .tie = tie}));
    own_ = std::move(spawned);
    return wait_until_there(kPoolStart, "the demo's master", stop, [&]() -> Result<bool> {
        holder_ = holder_of(folder).value_or(PoolHolder{});
        if (holder_.pid == own_->pid && !holder_.url.empty()) return true;
        pollfd ended{own_->process.get(), POLLIN, 0};
        if (::poll(&ended, 1, 0) == 0) return false;
        const auto words = read_file(file);
        return make_error(Code::kUnavailable, "'goetia up' ended: {}", words ? *words : "it left no word");
    });
}

Status DemoPool::wait_for_node(const fs::path& folder, const StopToken& stop) {
    GOETIA_ASSIGN(MasterCall master, MasterCall::open({.data = folder}));
    Status there = wait_until_there(kNodeStart, "this machine as a node", stop, [&]() -> Result<bool> {
        GOETIA_ASSIGN(const Json page, master.ask("GET", "/api/nodes?q=state%3Donline"));
        if (page["items"].empty()) return false;
        node_ = page["items"][0];
        return !node_["facts"].is_null();
    });
    if (there) return {};
    return std::move(there).error().within("see '" + (folder / "logs" / "agent.log").native() + "'");
}

void DemoPool::close() {
    if (!own_ || keep_) return;
    ::kill(own_->pid, SIGTERM);
    pollfd ended{own_->process.get(), POLLIN, 0};
    if (::poll(&ended, 1, kPoolEnd) != 1) ::kill(-own_->pid, SIGKILL);
    ::waitpid(own_->pid, nullptr, 0);
    own_.reset();
}

}  // namespace goetia::cli
