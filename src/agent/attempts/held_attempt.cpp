#include "agent/attempts/held_attempt.h"

#include <algorithm>
#include <csignal>
#include <unistd.h>

#include "agent/attempts/start_plan.h"
#include "agent/machine/node_meters.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "experiment/folder.h"
#include "experiment/text_log.h"
#include "launch/rank_process.h"
#include "launch/supervisor.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr int kMostStarts = 3;
constexpr double kBetweenLimits = 5;  // seconds between two looks at what an attempt takes

// The parts of an attempt on several nodes share one folder at the master, so that each needs names of its own.
std::string agent_log(int first_rank) {
    return first_rank == 0 ? "logs/agent.log" : fmt::format("logs/agent_rank_{}.log", first_rank);
}
std::string machine_log(int first_rank) {
    return first_rank == 0 ? "logs/machine.jsonl" : fmt::format("logs/machine_rank_{}.jsonl", first_rank);
}

std::string journal_name(int attempt) { return fmt::format("journal/attempt_{}.journal", attempt); }

// The files of a package that belong into the experiment's folder, such as its configuration.
Status copy_folder(const fs::path& from, const fs::path& to) {
    std::error_code code;
    if (!fs::is_directory(from, code)) return {};
    for (fs::directory_iterator entry(from, code), end; !code && entry != end; entry.increment(code)) {
        if (!entry->is_regular_file(code) || entry->is_symlink(code)) continue;
        GOETIA_ASSIGN(const std::string bytes, read_file(entry->path()));
        GOETIA_TRY(write_file_atomic(to / entry->path().filename(), bytes));
    }
    if (code) return os_error("list", from.native(), code.value());
    return {};
}

// A second name: the cache may drop the first one while the run resumes from it.
Status link_file(const fs::path& from, const fs::path& to) {
    if (::link(from.c_str(), to.c_str()) == 0 || errno == EEXIST) return {};
    return os_error("link", to.native(), errno);
}

}  // namespace

HeldAttempt::HeldAttempt(AttemptStore store, AcceptedAttempt accepted)
    : store_(std::move(store)),
      accepted_(std::move(accepted)),
      replica_(std::make_shared<AttemptReplica>(accepted_.wanted.fence, store_.experiment(accepted_.wanted).root(),
                                                store_.pins())),
      journal_(store_.experiment(accepted_.wanted).root(), journal_name(accepted_.wanted.attempt)) {
    const WantedRanks& ranks = accepted_.wanted.ranks;
    if (ranks.first_rank == 0) replica_->add_stream(journal_name(accepted_.wanted.attempt));
    if (ranks.first_rank == 0) replica_->add_stream("logs/train.log");
    for (int rank = ranks.first_rank; rank < ranks.first_rank + ranks.ranks; ++rank)
        replica_->add_stream(fmt::format("logs/stderr_rank_{}.log", rank));
    replica_->add_stream(agent_log(ranks.first_rank));
    if (ranks.first_rank == 0) replica_->add_stream("logs/supervisor.log");
    replica_->add_stream(machine_log(ranks.first_rank));
}

HeldAttempt::~HeldAttempt() = default;

bool HeldAttempt::has_journal() const { return accepted_.wanted.ranks.first_rank == 0; }
bool HeldAttempt::has_processes() const { return running_ != nullptr && !running_->verdict(); }
ExperimentFolder HeldAttempt::experiment() const { return store_.experiment(accepted_.wanted); }
fs::path HeldAttempt::experiment_root() const { return experiment().root(); }
fs::path HeldAttempt::machine_samples() const { return experiment_root() / machine_log(wanted().ranks.first_rank); }

Result<std::unique_ptr<HeldAttempt>> HeldAttempt::accept(const fs::path& attempts, const WantedAttempt& wanted) {
    GOETIA_ASSIGN(AttemptStore store, AttemptStore::create(attempts, {.wanted = wanted}));
    std::unique_ptr<HeldAttempt> held(new HeldAttempt(std::move(store), {.wanted = wanted}));
    held->log(fmt::format("accepted attempt {} of task '{}'", wanted.attempt, wanted.task));
    return held;
}

Result<std::unique_ptr<HeldAttempt>> HeldAttempt::load(AttemptStore store) {
    GOETIA_ASSIGN(AcceptedAttempt accepted, store.read_accepted());
    std::unique_ptr<HeldAttempt> held(new HeldAttempt(std::move(store), std::move(accepted)));
    GOETIA_ASSIGN(held->starts_, held->store_.read_starts());
    GOETIA_ASSIGN(held->exit_, held->store_.read_exit());
    GOETIA_TRY(held->adopt());
    if (held->exit_) held->offer_files();
    return held;
}

// The supervisor and its ranks, running or not, by the files that they left.
Status HeldAttempt::adopt() {
    if (exit_) return {};
    GOETIA_ASSIGN(running_, find_attempt(experiment(), nullptr));
    if (running_ == nullptr) return {};
    GOETIA_TRY(running_->advance());
    fetched_ = checked_ = true;
    log(running_->verdict() ? "the agent was started again; the run has ended meanwhile"
                            : "the agent was started again; the run goes on");
    return {};
}

void HeldAttempt::log(const std::string& line) const {
    // What cannot be logged, on a full disk, must not stop the attempt.
    if (auto file = TextLog::open(experiment().root() / agent_log(wanted().ranks.first_rank)))
        static_cast<void>(file->line(line));
}

AttemptPhase HeldAttempt::phase() const {
    if (exit_) return replica_->whole() ? AttemptPhase::kClosed : AttemptPhase::kExited;
    if (running_ != nullptr) {
        if (stop_sent_ || wanted().wish == Wish::kStop) return AttemptPhase::kStopping;
        // Only rank 0 has a journal; where it is elsewhere, its node says what the run does.
        if (!has_journal()) {
            const bool paused = wanted().wish == Wish::kPause && accepted_.wish_done >= wanted().wish_number;
            return paused ? AttemptPhase::kPaused : AttemptPhase::kRunning;
        }
        if (!journal_.made_progress()) return AttemptPhase::kStarting;
        return journal_.paused() ? AttemptPhase::kPaused : AttemptPhase::kRunning;
    }
    if (check_ || fetched_) return AttemptPhase::kChecking;
    return fetching_ ? AttemptPhase::kFetching : AttemptPhase::kAccepted;
}

Status HeldAttempt::note_wish(const WantedAttempt& wanted) {
    if (wanted.wish_number <= accepted_.wanted.wish_number || accepted_.wanted.wish == Wish::kStop) return {};
    AcceptedAttempt noted = accepted_;
    noted.wanted.wish = wanted.wish;
    noted.wanted.wish_number = wanted.wish_number;
    noted.wanted.limits = wanted.limits;
    GOETIA_TRY(store_.write_accepted(noted));
    accepted_ = std::move(noted);
    return {};
}

Status HeldAttempt::wish_carried_out(std::uint64_t number) {
    if (number <= accepted_.wish_done) return {};
    AcceptedAttempt noted = accepted_;
    noted.wish_done = number;
    GOETIA_TRY(store_.write_accepted(noted));
    accepted_ = std::move(noted);
    return {};
}

Status HeldAttempt::mark_fetched(const ObjectCache& cache) {
    GOETIA_TRY(copy_folder(cache.unpacked(wanted().package.sha256) / "experiment", experiment().root()));
    GOETIA_TRY(give_reproduce_script(wanted(), experiment(), cache));
    if (wanted().resume) GOETIA_TRY(link_file(cache.file(wanted().resume->sha256), store_.folder() / "resume.pth"));
    fetched_ = true;
    fetching_.reset();
    return {};
}

Status HeldAttempt::check_data(const NodeSetup& node, const ObjectCache& cache) {
    std::vector<DataCheck::Item> items;
    for (const WantedData& data : wanted().data) {
        if (!data.certificate.empty()) items.push_back({data.name, path_of(data, cache), data.certificate});
    }
    groups_ = node.groups;
    GOETIA_TRY(groups_.make(fence(), wanted().limits));
    const SandboxPlan plan = sandbox_of(wanted(), store_, node, cache);
    GOETIA_TRY(write_file_atomic(store_.sandbox(), json_text(to_json(plan), 2) + "\n"));
    if (plan.user != 0) GOETIA_TRY(share_with_user(store_, experiment(), plan.user));
    if (items.empty()) {
        checked_ = true;
        return {};
    }
    GOETIA_ASSIGN(fs::path goetia, program_for(wanted(), node, cache, "goetia"));
    check_.emplace(std::move(items), sandbox_words(store_, node), std::move(goetia),
                   experiment().root() / "logs" / "certify.log");
    return {};
}

Status HeldAttempt::start(const NodeSetup& node, const ObjectCache& cache, double now) {
    if (wanted().wish == Wish::kStop || exit_ || running_ != nullptr)
        return make_error(Code::kWrongState, "attempt {} is not to be started", fence());
    if (starts_.starts >= kMostStarts) {
        const auto words = read_file(supervisor_log(experiment()));
        return end({.kind = ExitKind::kError,
                    .reason = fmt::format("it could not be started {} times{}{}", starts_.starts,
                                          words && !words->empty() ? ": " : "", words ? *words : "")});
    }
    const auto plan = start_plan(wanted(), store_, node, cache);
    if (!plan) return end({.kind = ExitKind::kError, .reason = plan.error().message});
    auto lock = RunLock::take(experiment().root());
    // Held by a supervisor that an earlier agent started and that has not written its name yet.
    if (!lock && lock.error().code == Code::kWrongState) return adopt();
    if (!lock) return lock.error();
    starts_ = {.starts = starts_.starts + 1, .memory_kills = out_of_memory_kills()};
    GOETIA_TRY(store_.write_starts(starts_));
    log(fmt::format("starting {} of {} ranks", plan->ranks_here, plan->world));
    last_record_ = now;
    GOETIA_ASSIGN(running_, start_supervised(*plan, *std::move(lock), nullptr));
    return {};
}

Status HeldAttempt::send(Request request) {
    if (running_ == nullptr) return {};
    stop_sent_ = stop_sent_ || request == Request::kStop;
    pause_requested_ = request == Request::kPause || (pause_requested_ && request != Request::kResume);
    log(fmt::format("asked the run to {}", request_name(request)));
    return running_->send(request);
}

Status HeldAttempt::kill() { return running_ != nullptr ? running_->kill() : Status(); }

Status HeldAttempt::advance(double now, const std::string& gpu_fault) {
    if (exit_) return {};
    if (check_) {
        if (const std::optional<Status> result = check_->advance()) {
            check_.reset();
            if (!*result) return end({.kind = ExitKind::kError, .reason = result->error().message});
            checked_ = true;
        }
    }
    GOETIA_TRY(journal_.follow());
    for (ObjectToSend& object : journal_.take_named()) GOETIA_TRY(replica_->offer(std::move(object)));
    if (running_ == nullptr) return {};
    GOETIA_TRY(running_->advance());
    if (running_->verdict()) return note_exit(gpu_fault);
    return watch(now);
}

// Ends a run that hangs, or takes more than it may. Why is on the disk before it is ended, so that its exit tells.
Status HeldAttempt::watch(double now) {
    if (journal_.records() != seen_records_ || last_record_ == 0 || journal_.paused() || pause_requested_)
        last_record_ = now;
    seen_records_ = journal_.records();
    if (starts_.hung_for > 0 || !starts_.limit_broken.empty()) return running_->kill();
    const double silence = has_journal() ? wanted().limits.silence : 0;
    if (silence > 0 && now - last_record_ > silence) starts_.hung_for = now - last_record_;
    if (now >= limits_after_) {
        limits_after_ = now + kBetweenLimits;
        starts_.limit_broken = limit_broken();
    }
    if (starts_.hung_for == 0 && starts_.limit_broken.empty()) return {};
    GOETIA_TRY(store_.write_starts(starts_));
    log(starts_.limit_broken.empty() ? "the run recorded nothing for too long; it is ended" : starts_.limit_broken);
    return running_->kill();
}

std::string HeldAttempt::limit_broken() const {
    const AttemptLimits& limits = wanted().limits;
    std::int64_t output = 0;
    for (int rank = wanted().ranks.first_rank; rank < wanted().ranks.first_rank + wanted().ranks.ranks; ++rank) {
        std::error_code code;
        const auto bytes = fs::file_size(rank_log(experiment().logs(), rank), code);
        if (!code) output += static_cast<std::int64_t>(bytes);
    }
    if (limits.log > 0 && output > limits.log)
        return fmt::format("its output takes {} bytes, {} are allowed; it was ended", output, limits.log);
    if (limits.disk <= 0) return {};
    const auto held = static_cast<std::int64_t>(folder_bytes(store_.folder()));
    if (held <= limits.disk) return {};
    return fmt::format("its files take {} bytes, {} are allowed; it was ended", held, limits.disk);
}

Status HeldAttempt::note_exit(const std::string& gpu_fault) {
    const bool left_word = read_end(experiment(), wanted().attempt).has_value();
    return end(exit_of({.end = *running_->verdict(),
                        .left_word = left_word,
                        .ranks = read_rank_ends(experiment(), wanted().attempt),
                        .silent_for = starts_.hung_for,
                        .limit_broken = starts_.limit_broken,
                        .out_of_memory = groups_.ran_out_of_memory(fence()) ||
                                         (starts_.starts > 0 && out_of_memory_kills() > starts_.memory_kills),
                        .gpu_fault = gpu_fault}));
}

Status HeldAttempt::end(const AttemptExit& exit) {
    log(fmt::format("ended: {}{}{}", name_of(exit.kind), exit.reason.empty() ? "" : ", ", exit.reason));
    GOETIA_TRY(store_.write_exit(fence(), exit));
    exit_ = exit;
    running_.reset();
    check_.reset();
    fetching_.reset();
    offer_files();
    return {};
}

void HeldAttempt::offer_files() {
    static_cast<void>(journal_.follow());
    for (ObjectToSend& object : journal_.take_named()) static_cast<void>(replica_->offer(std::move(object)));
    for (ObjectToSend& object : files_of_ended_run(experiment().root()))
        static_cast<void>(replica_->offer(std::move(object)));
    replica_->end();
}

Status HeldAttempt::purge() {
    if (has_processes()) return make_error(Code::kWrongState, "attempt {} still has processes", fence());
    running_.reset();
    groups_.remove(fence());
    return store_.purge();
}

AttemptStatus HeldAttempt::status() const {
    return {.fence = fence(),
            .task = wanted().task,
            .phase = phase(),
            .wish = wanted().wish,
            .wish_number = wanted().wish_number,
            .fetch = fetching_,
            .streams = replica_->lengths(),
            .objects_waiting = replica_->objects_waiting(),
            .exit = exit_};
}

}  // namespace goetia
