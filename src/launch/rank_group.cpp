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
    // Clears the request of an earlier attempt.
    GOETIA_TRY(write_control(group->plan_.folder.control(), Request::kNone));
    GOETIA_TRY(group->start_ranks());
    return group;
}

Status RankGroup::start_ranks() {
    const bool meet_here = plan_.world > 1 && plan_.store.empty();
    const int port = meet_here ? free_port() : 0;
    if (meet_here && port == 0) return failed("no free port on the loopback for the ranks to meet at");
    std::string secret = plan_.store_secret;
    if (secret.empty() && plan_.world > 1) {
        GOETIA_ASSIGN(secret, new_store_secret());
    }
    const int last = plan_.ranks_here > 0 ? plan_.first_rank + plan_.ranks_here : plan_.world;
    for (int rank = plan_.first_rank; rank < last; ++rank) {
        RankProcess::Start start{.rank = rank,
                                 .words = plan_.wrapper,
                                 .environment = rank_environment({.rank = rank,
                                                                  .world = plan_.world,
                                                                  .store_port = port,
                                                                  .threads = plan_.threads,
                                                                  .store_secret = secret}),
                                 .log = rank_log(plan_.folder.logs(), rank),
                                 .folder = plan_.working_folder,
                                 .input = plan_.input};
        start.words.insert(start.words.end(), {plan_.runtime, "train", "--folder", plan_.folder.root(), "--attempt",
                                               std::to_string(plan_.attempt)});
        if (!plan_.store.empty()) start.environment["GOETIA_STORE"] = plan_.store;
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
        GOETIA_TRY(handle(WatchEvent::kGraceOver));
    }
    GOETIA_TRY(tail_.follow());
    if (state_ == WatchState::kOver) verdict_ = outcome();
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
        const bool good = end->ended_normally();
        end->ended_by_us = state_ == WatchState::kEnding || state_ == WatchState::kKilling;
        ends_.push_back(*std::move(end));
        GOETIA_TRY(handle(good ? WatchEvent::kRankFinished : WatchEvent::kRankFailed));
    }
    return ranks_.empty() ? handle(WatchEvent::kLastGone) : Status{};
}

Status RankGroup::send(Request request) {
    if (request == Request::kStop) return handle(WatchEvent::kStopRequested);
    return write_control(plan_.folder.control(), request);
}

Status RankGroup::kill() { return handle(WatchEvent::kKillRequested); }

Status RankGroup::interrupt(int signal) {
    terminated_ = terminated_ || signal == SIGTERM;
    return handle(WatchEvent::kInterrupt);
}

Status RankGroup::handle(WatchEvent event) {
    WatchTransition transition = watch_step(state_, event);
    const bool requested = event == WatchEvent::kInterrupt || event == WatchEvent::kKillRequested;
    killed_on_request_ =
        killed_on_request_ || (requested && state_ != transition.to && transition.to == WatchState::kKilling);
    state_ = transition.to;
    for (const WatchEffect effect : transition.effects) GOETIA_TRY(execute(effect));
    return {};
}

Status RankGroup::execute(WatchEffect effect) {
    switch (effect) {
        case WatchEffect::kRequestStop: {
            if (observer_ != nullptr) observer_->on_stopping();
            // A full disk may prevent writing the file; the signal requests the same.
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

Result<LaunchEnd> RankGroup::outcome() const {
    if (killed_on_request_) return LaunchEnd::kKilled;
    bool stopped = false;
    for (const RankEnd& end : ends_) {
        if (!end.ended_normally()) return attempt_error(ends_, plan_.folder.logs());
        stopped = stopped || end.exit_code == 130;
    }
    if (!stopped) return LaunchEnd::kCompleted;
    return terminated_ ? LaunchEnd::kTerminated : LaunchEnd::kStopped;
}

}  // namespace goetia
