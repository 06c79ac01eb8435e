#include "launch/supervisor.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "launch/programs.h"
#include "launch/rank_group.h"
#include "launch/signals.h"
#include "launch/spawn.h"

namespace goetia {
namespace {

// Removes the files of an earlier attempt with this number that never wrote a journal.
Status remove_older_files(const LaunchPlan& plan) {
    for (const auto& file : {processes_file(plan.folder, plan.attempt), end_file(plan.folder, plan.attempt),
                             supervisor_log(plan.folder)}) {
        std::error_code code;
        std::filesystem::remove(file, code);
        if (code) return os_error("remove", file.native(), code.value());
    }
    return {};
}

Status record_processes(const LaunchPlan& plan, const std::vector<RankProcess>& ranks) {
    AttemptProcesses processes{.attempt = plan.attempt, .supervisor = {}, .ranks = {}};
    GOETIA_ASSIGN(processes.supervisor, identify_process(::getpid()));
    for (const RankProcess& rank : ranks) {
        GOETIA_ASSIGN(ProcessIdentity identity, identify_process(rank.pid()));
        processes.ranks.push_back(std::move(identity));
    }
    return write_processes(plan.folder, processes);
}

Result<LaunchEnd> watch_to_end(RankGroup& group, const SignalReceiver& signals) {
    while (!group.verdict()) {
        std::vector<pollfd> watched = {{signals.fd(), POLLIN, 0}};
        group.watch(watched);
        ::poll(watched.data(), watched.size(), milliseconds_until(group.deadline()));
        while (const int number = signals.next())
            GOETIA_TRY(number == SIGQUIT ? group.kill() : group.send(Request::kStop));
        GOETIA_TRY(group.advance());
    }
    return *group.verdict();
}

Result<LaunchEnd> run_ranks(const LaunchPlan& plan, const SignalReceiver& signals, std::vector<RankEnd>& ends) {
    GOETIA_ASSIGN(const std::unique_ptr<RankGroup> group, RankGroup::start(plan, nullptr));
    GOETIA_TRY(record_processes(plan, group->ranks()));
    Result<LaunchEnd> end = watch_to_end(*group, signals);
    ends = group->ends();
    return end;
}

}  // namespace

Result<std::unique_ptr<SupervisedAttempt>> start_supervised(const LaunchPlan& plan, RunLock lock,
                                                            LaunchObserver* observer) {
    std::vector<std::string> words = plan.supervisor;
    if (words.empty()) {
        GOETIA_ASSIGN(const std::filesystem::path program, find_supervisor());
        words = {program};
    }
    words.push_back(std::to_string(lock.fd()));
    GOETIA_TRY(remove_older_files(plan));
    const std::filesystem::path log = supervisor_log(plan.folder);
    const FileDescriptor output(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!output.valid()) return os_error("write", log.native(), errno);
    GOETIA_ASSIGN(const Spawned supervisor, spawn({.words = std::move(words),
                                                   .environment = {},
                                                   .folder = {},
                                                   .input = to_cbor(plan),
                                                   .output = output.get(),
                                                   .inherited = lock.fd(),
                                                   .tie = Tie::kDetached}));
    GOETIA_ASSIGN(ProcessIdentity identity, identify_process(supervisor.pid));
    return std::make_unique<SupervisedAttempt>(
        plan.folder, AttemptProcesses{.attempt = plan.attempt, .supervisor = std::move(identity), .ranks = {}},
        observer);
}

Status supervise(int lock_descriptor) {
    GOETIA_ASSIGN(const std::string bytes, read_file("/dev/stdin"));
    GOETIA_ASSIGN(const LaunchPlan plan, launch_plan_from_cbor(bytes));
    GOETIA_ASSIGN(const RunLock lock, RunLock::take_over(lock_descriptor, plan.folder.root()));
    const SignalReceiver signals{SIGTERM, SIGINT, SIGHUP, SIGQUIT};
    // Written before any rank is started: from here on the attempt can be found.
    GOETIA_TRY(record_processes(plan, {}));
    std::vector<RankEnd> ends;
    const Result<LaunchEnd> end = run_ranks(plan, signals, ends);
    return write_end(plan.folder, plan.attempt, end, ends);
}

}  // namespace goetia
