#include "launch/rank_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error_json.h"
#include "base/json.h"
#include "base/pipe.h"

namespace goetia {
namespace {

constexpr std::size_t kKeptWords = 64 * 1024;

std::string last_lines(const std::string& text, int count) {
    std::size_t begin = text.find_last_not_of('\n');
    if (begin == std::string::npos) return {};
    const std::size_t end = begin + 1;
    for (int line = 0; line < count && begin != std::string::npos; ++line) {
        begin = begin == 0 ? std::string::npos : text.rfind('\n', begin - 1);
    }
    const std::size_t from = begin == std::string::npos ? 0 : begin + 1;
    return text.substr(from, end - from);
}

Error describe(const RankEnd& end, const std::filesystem::path& logs) {
    if (std::optional<Error> told = told_error(end.last_words)) return *std::move(told);
    const std::string log = rank_log(logs, end.rank).string();
    if (end.signal == SIGKILL) {
        return failed("rank {} was killed (signal 9), often because memory ran out; see '{}'", end.rank, log);
    }
    if (end.signal != 0) {
        return failed("rank {} was ended by signal {} ({}); see '{}'", end.rank, end.signal, ::strsignal(end.signal),
                      log);
    }
    const std::string words = last_lines(end.last_words, 5);
    return failed("rank {} ended with exit code {} and gave no reason; see '{}'{}{}", end.rank, end.exit_code, log,
                  words.empty() ? "" : ", its last lines:\n", words);
}

// The lower, the more likely the cause.
int innocence(const RankEnd& end) {
    if (end.asked) return 4;
    if (end.signal != 0) return 0;
    const std::optional<Error> told = told_error(end.last_words);
    if (!told) return 2;
    return told->code == Code::kUnavailable ? 3 : 1;
}

}  // namespace

std::filesystem::path rank_log(const std::filesystem::path& logs, int rank) {
    return logs / fmt::format("stderr_rank_{}.log", rank);
}

std::optional<Error> told_error(const std::string& last_words) {
    return error_from_json(Json::parse(last_lines(last_words, 1), nullptr, false));
}

Error blame(const std::vector<RankEnd>& ends, const std::filesystem::path& logs) {
    const RankEnd* worst = nullptr;
    for (const RankEnd& end : ends) {
        if (end.as_it_should()) continue;
        if (worst == nullptr || innocence(end) < innocence(*worst)) worst = &end;
    }
    return worst != nullptr ? describe(*worst, logs) : failed("no rank failed");
}

Result<RankProcess> RankProcess::start(const Start& start) {
    RankProcess process;
    process.rank_ = start.rank;
    process.log_ = FileDescriptor(::open(start.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!process.log_.valid()) return os_error("write", start.log.native(), errno);
    GOETIA_ASSIGN(Pipe output, make_pipe());
    GOETIA_ASSIGN(process.spawned_, spawn({.words = start.words,
                                           .environment = start.environment,
                                           .folder = start.folder,
                                           .input = start.input,
                                           .output = output.write.get()}));
    ::fcntl(output.read.get(), F_SETFL, O_NONBLOCK);
    process.output_ = std::move(output.read);
    return process;
}

void RankProcess::read_output() {
    std::array<char, 16384> buffer;
    while (output_.valid()) {
        const ssize_t got = ::read(output_.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) return output_.reset();
        const std::string_view words(buffer.data(), static_cast<std::size_t>(got));
        // The log is a convenience: a disk that is full already must not take the run's own message with it.
        if (log_.valid() && !write_all(log_.get(), words, "log")) log_.reset();
        last_words_ += words;
        if (last_words_.size() > 2 * kKeptWords) last_words_.erase(0, last_words_.size() - kKeptWords);
    }
}

std::optional<RankEnd> RankProcess::ended() {
    int status = 0;
    if (spawned_.pid < 0 || ::waitpid(spawned_.pid, &status, WNOHANG) != spawned_.pid) return std::nullopt;
    spawned_ = {};  // what it left in its group goes with the lifeline
    read_output();
    output_.reset();
    RankEnd end{.rank = rank_, .last_words = last_words_};
    if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
    end.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + end.signal;
    return end;
}

void RankProcess::signal(int number) const {
    if (spawned_.pid > 0) ::kill(-spawned_.pid, number);
}

void RankProcess::kill_and_wait() {
    if (spawned_.pid <= 0) return;
    signal(SIGKILL);
    while (::waitpid(spawned_.pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    spawned_ = {};
}

}  // namespace goetia
