#include "apps/goetia/kept_program.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"

namespace goetia::cli {
namespace {

constexpr double kLongEnough = 30, kFirstWait = 0.2, kLongestWait = 30;  // seconds
constexpr std::int64_t kLargestLog = 8 << 20;
constexpr std::size_t kLastWords = 2000;

}  // namespace

double wait_before_restart(double ran_for, int& failures) {
    if (ran_for >= kLongEnough) return failures = 0;
    double wait = kFirstWait;
    for (int i = 0; i < failures && wait < kLongestWait; ++i) wait *= 2;
    ++failures;
    return std::min(wait, kLongestWait);
}

KeptProgram::~KeptProgram() { end(0); }

Status KeptProgram::start() {
    GOETIA_ASSIGN(std::vector<std::string> words, words_());
    std::error_code code;
    if (const auto bytes = std::filesystem::file_size(log_, code); !code && bytes > kLargestLog)
        std::filesystem::rename(log_, log_.native() + ".1", code);
    const FileDescriptor log(::open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (!log.valid()) return os_error("write", log_.native(), errno);
    const auto before = static_cast<std::size_t>(std::max<off_t>(0, ::lseek(log.get(), 0, SEEK_END)));
    GOETIA_ASSIGN(
        Spawned spawned,
        spawn({.words = std::move(words), .environment = {}, .folder = {}, .input = {}, .output = log.get()}));
    running_ = std::move(spawned);
    log_before_ = before;
    started_ = steady_seconds();
    return {};
}

bool KeptProgram::reap(bool wait) {
    int status = 0;
    pid_t ended = 0;
    do ended = ::waitpid(running_->pid, &status, wait ? 0 : WNOHANG);
    while (ended < 0 && errno == EINTR);
    if (ended == 0) return false;
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    ending_ = WIFEXITED(status) ? fmt::format("exit code {}", exit_code_) : fmt::format("signal {}", WTERMSIG(status));
    running_.reset();
    return true;
}

Result<std::string> KeptProgram::advance(double now) {
    if (running_) {
        if (!reap(false)) return std::string();
        const double wait = wait_before_restart(now - started_, failures_);
        next_start_ = now + wait;
        return fmt::format("{} ended with {} and is started again{}; its log is '{}'", name_, ending_,
                           wait < 1 ? "" : fmt::format(" in {:.0f} s", wait), log_.native());
    }
    if (now < next_start_) return std::string();
    if (Status started = start(); !started) {
        next_start_ = now + wait_before_restart(0, failures_);
        return std::move(started).error();
    }
    return std::string();
}

void KeptProgram::end(double until) {
    if (!running_) return;
    ::kill(running_->pid, SIGTERM);
    pollfd ended{running_->process.get(), POLLIN, 0};
    const double left = until - steady_seconds();
    if (left > 0 && ::poll(&ended, 1, static_cast<int>(left * 1000)) == 1 && reap(true)) return;
    ::kill(-running_->pid, SIGKILL);
    reap(true);
}

std::string KeptProgram::last_words() const {
    const auto text = read_file(log_);
    if (!text) return {};
    const std::size_t from = std::max(log_before_, text->size() - std::min(text->size(), kLastWords));
    return from < text->size() ? text->substr(from) : std::string();
}

}  // namespace goetia::cli
