#include "launch/launcher.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/process.h"
#include "launch/control.h"
#include "launch/rank_environment.h"
#include "launch/rank_process.h"
#include "launch/watch.h"

namespace goetia {
namespace {

constexpr int kTickMilliseconds = 100;

// The user's signals as a descriptor; given back to their old handling at the end.
class Interrupts {
  public:
    Interrupts() {
        sigset_t taken;
        ::sigemptyset(&taken);
        for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&taken, number);
        ::pthread_sigmask(SIG_BLOCK, &taken, &before_);
        signals_ = FileDescriptor(::signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK));
    }
    ~Interrupts() {
        while (arrived() != 0) {
        }
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

    [[nodiscard]] int fd() const { return signals_.get(); }
    // The number of a signal that came, or 0.
    [[nodiscard]] int arrived() const {
        signalfd_siginfo info{};
        return ::read(signals_.get(), &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo) : 0;
    }

  private:
    sigset_t before_{};
    FileDescriptor signals_;
};

// Rank 0's journal, followed while it grows.
class JournalTail {
  public:
    JournalTail(std::filesystem::path file, LaunchObserver& observer) : file_(std::move(file)), observer_(&observer) {}

    Status follow() {
        std::error_code code;
        if (!reader_) {
            if (!std::filesystem::exists(file_, code)) return {};
            GOETIA_ASSIGN(reader_, JournalReader::open(file_));
        }
        while (true) {
            GOETIA_ASSIGN(const std::optional<Record> record, reader_->next());
            if (!record) return {};
            observer_->on_record(*record);
        }
    }

  private:
    std::filesystem::path file_;
    LaunchObserver* observer_;
    std::unique_ptr<JournalReader> reader_;
};

class Attempt {
  public:
    Attempt(const LaunchPlan& plan, LaunchObserver& observer)
        : plan_(plan), observer_(observer), tail_(plan.folder.journal(plan.attempt), observer) {}

    ~Attempt() {  // on an error of our own no rank is left behind
        for (RankProcess& rank : ranks_) rank.signal(SIGKILL);
    }
    Attempt(const Attempt&) = delete;
    Attempt& operator=(const Attempt&) = delete;

    Result<LaunchEnd> run() {
        // An old request must not meet the new ranks.
        GOETIA_TRY(write_control(plan_.folder.control(), Request::kNone));
        GOETIA_TRY(start_ranks());
        while (state_ != WatchState::kOver) {
            wait();
            while (const int number = interrupts_.arrived()) {
                terminated_ = terminated_ || number == SIGTERM;
                GOETIA_TRY(happened(WatchEvent::kInterrupt));
            }
            GOETIA_TRY(reap());
            if (grace_until_ > 0 && steady_seconds() > grace_until_) {
                grace_until_ = 0;
                GOETIA_TRY(happened(WatchEvent::kGraceOver));
            }
            GOETIA_TRY(tail_.follow());
            observer_.on_tick();
        }
        GOETIA_TRY(tail_.follow());
        return verdict();
    }

  private:
    Status start_ranks() {
        const int port = plan_.world > 1 ? free_port() : 0;
        if (plan_.world > 1 && port == 0) return failed("no free port on the loopback for the ranks to meet at");
        for (int rank = 0; rank < plan_.world; ++rank) {
            RankProcess::Start start{
                .rank = rank,
                .words = {plan_.runtime, "train", "--folder", plan_.folder.root(), "--attempt",
                          std::to_string(plan_.attempt)},
                .environment = rank_environment(
                    {.rank = rank, .world = plan_.world, .store_port = port, .threads = plan_.threads}),
                .log = plan_.folder.logs() / fmt::format("stderr_rank_{}.log", rank)};
            if (plan_.resume) start.words.insert(start.words.end(), {"--resume", *plan_.resume});
            GOETIA_ASSIGN(RankProcess process, RankProcess::start(start));
            ranks_.push_back(std::move(process));
        }
        return {};
    }

    void wait() {
        std::vector<pollfd> watched = {{interrupts_.fd(), POLLIN, 0}};
        for (const RankProcess& rank : ranks_) {
            watched.push_back({rank.process_fd(), POLLIN, 0});
            watched.push_back({rank.output_fd(), POLLIN, 0});
        }
        ::poll(watched.data(), watched.size(), kTickMilliseconds);
        for (RankProcess& rank : ranks_) rank.read_output();
    }

    Status reap() {
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

    Status happened(WatchEvent event) {
        WatchMove move = watch_step(state_, event);
        killed_by_user_ = killed_by_user_ || (event == WatchEvent::kInterrupt && move.to == WatchState::kKilling);
        state_ = move.to;
        for (const WatchEffect effect : move.effects) GOETIA_TRY(carry_out(effect));
        return {};
    }

    Status carry_out(WatchEffect effect) {
        switch (effect) {
            case WatchEffect::kAskStop: {
                observer_.on_stopping();
                // A full disk can refuse the file; the signal says the same.
                if (!write_control(plan_.folder.control(), Request::kStop)) {
                    for (RankProcess& rank : ranks_) rank.signal(SIGINT);
                }
                return {};
            }
            case WatchEffect::kTerminate:
            case WatchEffect::kKill:
                for (RankProcess& rank : ranks_) rank.signal(effect == WatchEffect::kKill ? SIGKILL : SIGTERM);
                return {};
            case WatchEffect::kStartGrace: grace_until_ = steady_seconds() + plan_.grace_seconds; return {};
        }
        return {};
    }

    [[nodiscard]] Result<LaunchEnd> verdict() const {
        if (killed_by_user_) return LaunchEnd::kKilled;
        bool stopped = false;
        for (const RankEnd& end : ends_) {
            if (!end.as_it_should()) return blame(ends_, plan_.folder.logs());
            stopped = stopped || end.exit_code == 130;
        }
        if (!stopped) return LaunchEnd::kCompleted;
        return terminated_ ? LaunchEnd::kTerminated : LaunchEnd::kStopped;
    }

    const LaunchPlan& plan_;
    LaunchObserver& observer_;
    JournalTail tail_;
    Interrupts interrupts_;
    std::vector<RankProcess> ranks_;
    std::vector<RankEnd> ends_;
    WatchState state_ = WatchState::kRunning;
    double grace_until_ = 0;  // 0: none runs
    bool killed_by_user_ = false;
    bool terminated_ = false;
};

}  // namespace

Result<LaunchEnd> launch(const LaunchPlan& plan, LaunchObserver& observer) { return Attempt(plan, observer).run(); }

Result<std::filesystem::path> find_runtime() {
    if (const char* named = std::getenv("GOETIA_RUNTIME"); named != nullptr && *named != '\0') {
        if (::access(named, X_OK) == 0) return std::filesystem::path(named);
        return not_found("GOETIA_RUNTIME names '{}', which is not a program", named);
    }
    std::filesystem::path beside = own_folder() / "goetia-runtime";
    if (::access(beside.c_str(), X_OK) == 0) return beside;
    return not_found("no 'goetia-runtime' beside '{}'; build it with './goetia build', or name one with GOETIA_RUNTIME",
                     (own_folder() / "goetia").string());
}

}  // namespace goetia
