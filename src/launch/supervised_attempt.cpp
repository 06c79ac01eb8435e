#include "launch/supervised_attempt.h"

#include <csignal>
#include <sys/wait.h>

#include "base/clock.h"
#include "launch/rank_process.h"

namespace goetia {
namespace {

constexpr double kLookSeconds = 0.1;
constexpr double kSecondsToKill = 10;

// Reaps a supervisor that is our own child; the child of another process is left to it.
void reap(int process) {
    siginfo_t info{};
    ::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(process), &info, WEXITED | WNOHANG);
}

}  // namespace

SupervisedAttempt::SupervisedAttempt(ExperimentFolder folder, AttemptProcesses processes, LaunchObserver* observer)
    : folder_(std::move(folder)),
      processes_(std::move(processes)),
      observer_(observer),
      tail_(folder_.journal(processes_.attempt), observer) {
    if (auto process = open_process(processes_.supervisor)) supervisor_ = *std::move(process);
    for (const ProcessIdentity& rank : processes_.ranks) {
        if (auto process = open_process(rank)) ranks_.push_back(*std::move(process));
    }
}

void SupervisedAttempt::watch(std::vector<pollfd>& watched) const {
    if (supervisor_.valid()) watched.push_back({supervisor_.get(), POLLIN, 0});
    for (const FileDescriptor& rank : ranks_) watched.push_back({rank.get(), POLLIN, 0});
}

std::optional<double> SupervisedAttempt::deadline() const {
    std::optional<double> next = tail_.next();
    const auto also = [&next](double time) { next = next ? std::min(*next, time) : time; };
    if (processes_.ranks.empty()) also(steady_seconds() + kLookSeconds);  // until they are known
    if (last_resort_) also(*last_resort_);
    return next;
}

Status SupervisedAttempt::find_ranks() {
    if (!processes_.ranks.empty()) return {};
    GOETIA_ASSIGN(std::optional<AttemptProcesses> now, read_processes(folder_, processes_.attempt));
    if (!now || now->supervisor != processes_.supervisor) return {};  // written by an earlier supervisor
    processes_.ranks = std::move(now->ranks);
    for (const ProcessIdentity& rank : processes_.ranks) {
        if (auto process = open_process(rank)) ranks_.push_back(*std::move(process));
    }
    return {};
}

Status SupervisedAttempt::advance() {
    if (verdict_) return {};
    if (supervisor_.valid() && has_ended(supervisor_.get())) {
        reap(supervisor_.get());
        supervisor_.reset();
    }
    GOETIA_TRY(find_ranks());  // the order matters: what the supervisor wrote before its end is read
    if (last_resort_ && steady_seconds() > *last_resort_) {
        last_resort_.reset();
        if (supervisor_.valid()) GOETIA_TRY(signal_process(supervisor_.get(), SIGKILL));
    }
    std::erase_if(ranks_, [](const FileDescriptor& rank) { return has_ended(rank.get()); });
    // The kernel kills the ranks with their supervisor; this makes sure that none goes on training.
    if (!supervisor_.valid()) {
        for (const FileDescriptor& rank : ranks_) GOETIA_TRY(signal_process(rank.get(), SIGKILL));
    }
    const bool over = !supervisor_.valid() && ranks_.empty();
    GOETIA_TRY(tail_.follow());
    if (over) verdict_ = outcome();
    return {};
}

Status SupervisedAttempt::send(Request request) {
    if (verdict_) return {};
    if (request != Request::kStop) return write_control(folder_.control(), request);
    if (std::exchange(stop_requested_, true)) return {};
    if (observer_ != nullptr) observer_->on_stopping();
    return supervisor_.valid() ? signal_process(supervisor_.get(), SIGTERM) : Status{};
}

Status SupervisedAttempt::kill() {
    if (!supervisor_.valid() || std::exchange(killed_, true)) return {};
    last_resort_ = steady_seconds() + kSecondsToKill;
    return signal_process(supervisor_.get(), SIGQUIT);
}

Result<LaunchEnd> SupervisedAttempt::outcome() const {
    if (const std::optional<Result<LaunchEnd>> end = read_end(folder_, processes_.attempt)) return *end;
    if (killed_) return LaunchEnd::kKilled;
    if (const auto words = read_file(supervisor_log(folder_))) {
        if (std::optional<Error> reported = reported_error(*words)) return *std::move(reported);
    }
    return make_error(
        Code::kUnavailable,
        "attempt {} of '{}' ended without leaving a result: its supervisor (process {}) was killed, or the machine "
        "was restarted; the last checkpoint remains",
        processes_.attempt, folder_.id(), processes_.supervisor.pid);
}

Result<std::unique_ptr<SupervisedAttempt>> find_attempt(const ExperimentFolder& folder, LaunchObserver* observer) {
    const int newest = newest_supervised(folder);
    if (newest == 0) return std::unique_ptr<SupervisedAttempt>();
    GOETIA_ASSIGN(std::optional<AttemptProcesses> processes, read_processes(folder, newest));
    if (!processes) return std::unique_ptr<SupervisedAttempt>();  // deleted meanwhile
    return std::make_unique<SupervisedAttempt>(folder, *std::move(processes), observer);
}

}  // namespace goetia
