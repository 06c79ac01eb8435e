#include "launch/rank_group.h"

#include <csignal>

#include "base/clock.h"
#include "launch/rank_environment.h"

namespace goetia {

RankGroup::RankGroup(LaunchPlan plan, LaunchObserver* observer)
    : plan_(std::move(plan)), observer_(observer), tail_(plan_.folder.journal(plan_.attempt), observer) {}

RankGroup::~RankGroup() {
    for (RankProcess& rank : ranks_) rank.kill_and_wait();
}

Result<std::unique_ptr<RankGroup>> RankGroup::start(LaunchPlan plan, LaunchObserver* observer) {
    std::unique_ptr<RankGroup> group(new RankGroup(std::move(plan), observer));
    // An old request must not meet the new ranks.
    GOETIA_TRY(write_control(group->plan_.folder.control(), Request::kNone));
    GOETIA_TRY(group->start_ranks());
    return group;
}

Status RankGroup::start_ranks() {
    const int port = plan_.world > 1 ? free_port() : 0;
    if (plan_.world > 1 && port == 0) return failed("no free port on the loopback for the ranks to meet at");
    for (int rank = 0; rank < plan_.world; ++rank) {
        RankProcess::Start start{
            .rank = rank,
            .words = {plan_.runtime, "train", "--folder", plan_.folder.root(), "--attempt",
                      std::to_string(plan_.attempt)},
            .environment =
                rank_environment({.rank = rank, .world = plan_.world, .store_port = port, .threads = plan_.threads}),
            .log = rank_log(plan_.folder.logs(), rank),
            .folder = plan_.working_folder,
            .input = plan_.input};
        if (plan_.resume) start.words.insert(start.words.end(), {"--resume", *plan_.resume});
        GOETIA_ASSIGN(RankProcess process, RankProcess::start(start));
        ranks_.push_back(std::move(process));
    }
    return {};
}

void RankGroup::watch(std::vector<pollfd>& watched) const {
    for (const RankProcess& rank : ranks_) {
        watched.push_back({rank.process_fd(), POLLIN, 0});
        if (rank.output_fd() >= 0) watched.push_back({rank.output_fd(), POLLIN, 0});
    }
}

std::optional<double> RankGroup::deadline() const {
    const std::optional<double> tick = tail_.next();
    if (!tick || !grace_until_) return tick ? tick : grace_until_;
    return std::min(*tick, *grace_until_);
}

Status RankGroup::advance() {
    if (verdict_) return {};
    for (RankProcess& rank : ranks_) rank.read_output();
    GOETIA_TRY(reap());
    if (grace_until_ && steady_seconds() > *grace_until_) {
        grace_until_.reset();
        GOETIA_TRY(happened(WatchEvent::kGraceOver));
    }
    GOETIA_TRY(tail_.follow());
    if (state_ == WatchState::kOver) verdict_ = judge();
    return {};
}

Status RankGroup::reap() {
    for (std::size_t i = 0; i < ranks_.size();) {
        std::optional<RankEnd> end = ranks_[i].ended();
        if (!end) {
            ++i;
            continue;
        }
        ranks_.erase(ranks_.begin() + static_cast<std::ptrdiff_t>(i));
        const bool good = end->as_it_should();
        end->asked = state_ == WatchState::kEnding || state_ == WatchState::kKilling;
        ends_.push_back(*std::move(end));
        GOETIA_TRY(happened(good ? WatchEvent::kRankFinished : WatchEvent::kRankFailed));
    }
    return ranks_.empty() ? happened(WatchEvent::kLastGone) : Status{};
}

Status RankGroup::ask(Request request) {
    if (request == Request::kStop) return happened(WatchEvent::kStopAsked);
    return write_control(plan_.folder.control(), request);
}

Status RankGroup::kill() { return happened(WatchEvent::kKillAsked); }

Status RankGroup::interrupt(int signal) {
    terminated_ = terminated_ || signal == SIGTERM;
    return happened(WatchEvent::kInterrupt);
}

Status RankGroup::happened(WatchEvent event) {
    WatchMove move = watch_step(state_, event);
    const bool asked = event == WatchEvent::kInterrupt || event == WatchEvent::kKillAsked;
    killed_on_request_ = killed_on_request_ || (asked && state_ != move.to && move.to == WatchState::kKilling);
    state_ = move.to;
    for (const WatchEffect effect : move.effects) GOETIA_TRY(carry_out(effect));
    return {};
}

Status RankGroup::carry_out(WatchEffect effect) {
    switch (effect) {
        case WatchEffect::kAskStop: {
            if (observer_ != nullptr) observer_->on_stopping();
            // A full disk can refuse the file; the signal says the same.
            if (!write_control(plan_.folder.control(), Request::kStop)) signal(SIGINT);
            return {};
        }
        case WatchEffect::kTerminate: signal(SIGTERM); return {};
        case WatchEffect::kKill: signal(SIGKILL); return {};
        case WatchEffect::kStartGrace: grace_until_ = steady_seconds() + plan_.grace_seconds; return {};
    }
    return {};
}

void RankGroup::signal(int number) const {
    for (const RankProcess& rank : ranks_) rank.signal(number);
}

Result<LaunchEnd> RankGroup::judge() const {
    if (killed_on_request_) return LaunchEnd::kKilled;
    bool stopped = false;
    for (const RankEnd& end : ends_) {
        if (!end.as_it_should()) return blame(ends_, plan_.folder.logs());
        stopped = stopped || end.exit_code == 130;
    }
    if (!stopped) return LaunchEnd::kCompleted;
    return terminated_ ? LaunchEnd::kTerminated : LaunchEnd::kStopped;
}

}  // namespace goetia
