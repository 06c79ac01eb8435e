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

constexpr std::size_t kKeptOutput = 64 * 1024;

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
    if (std::optional<Error> reported = reported_error(end.output_tail)) return *std::move(reported);
    const std::string log = rank_log(logs, end.rank).string();
    if (end.signal == SIGKILL) {
        return failed("rank {} was killed (signal 9), often because memory ran out; see '{}'", end.rank, log);
    }
    if (end.signal != 0) {
        return failed("rank {} was ended by signal {} ({}); see '{}'", end.rank, end.signal, ::strsignal(end.signal),
                      log);
    }
    const std::string words = last_lines(end.output_tail, 5);
    return failed("rank {} ended with exit code {} and gave no reason; see '{}'{}{}", end.rank, end.exit_code, log,
                  words.empty() ? "" : ", its last lines:\n", words);
}

// Lower values are more likely to be the cause.
int cause_priority(const RankEnd& end) {
    if (end.ended_by_us) return 4;
    if (end.signal != 0) return 0;
    const std::optional<Error> reported = reported_error(end.output_tail);
    if (!reported) return 2;
    return reported->code == Code::kUnavailable ? 3 : 1;
}

}  // namespace

std::filesystem::path rank_log(const std::filesystem::path& logs, int rank) {
    return logs / fmt::format("stderr_rank_{}.log", rank);
}

std::optional<Error> reported_error(const std::string& output_tail) {
    return error_from_json(Json::parse(last_lines(output_tail, 1), nullptr, false));
}

Error attempt_error(const std::vector<RankEnd>& ends, const std::filesystem::path& logs) {
    const RankEnd* worst = nullptr;
    for (const RankEnd& end : ends) {
        if (end.ended_normally()) continue;
        if (worst == nullptr || cause_priority(end) < cause_priority(*worst)) worst = &end;
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
        // The log is optional: a full disk must not prevent the run's own message from being read.
        if (log_.valid() && !write_all(log_.get(), words, "log")) log_.reset();
        output_tail_ += words;
        if (output_tail_.size() > 2 * kKeptOutput) output_tail_.erase(0, output_tail_.size() - kKeptOutput);
    }
}

std::optional<RankEnd> RankProcess::ended() {
    int status = 0;
    if (spawned_.pid < 0 || ::waitpid(spawned_.pid, &status, WNOHANG) != spawned_.pid) return std::nullopt;
    spawned_ = {};  // closing the lifeline kills the rest of its group
    read_output();
    output_.reset();
    RankEnd end{.rank = rank_, .output_tail = output_tail_};
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
