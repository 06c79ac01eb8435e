#include "learn/hooks/watch_over_run.h"

#include <cmath>
#include <fstream>

#include <unistd.h>

#include "base/clock.h"
#include "experiment/journal_records.h"
#include "learn/loop/run_log.h"

namespace goetia {
namespace {

constexpr double kLongEpoch = 20, kWaitShare = 0.1;
constexpr std::size_t kGrowing = 6;  // epochs
constexpr double kGrowth = 0.05;     // over them
constexpr std::int64_t kUsualAfter = 20;
constexpr double kLeap = 6, kRemember = 0.95;  // deviations; share of the old mean

// Everything of this process that is in memory; 0 where the system does not say.
double resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    double whole = 0, resident = 0;
    statm >> whole >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

std::optional<std::string> waiting_note(double seconds, double seconds_waiting) {
    if (seconds < kLongEpoch || seconds_waiting < kWaitShare * seconds) return std::nullopt;
    return fmt::format(
        "the loader holds you back: {:.0f} % of the epoch was waiting for data; raise training.num_workers, set "
        "dataset.cache, or pack the data set",
        100 * seconds_waiting / seconds);
}

std::optional<std::string> growth_note(const std::vector<double>& resident) {
    if (resident.size() < kGrowing) return std::nullopt;
    const auto from = resident.end() - static_cast<std::ptrdiff_t>(kGrowing);
    for (auto at = from + 1; at != resident.end(); ++at) {
        if (*at <= *(at - 1)) return std::nullopt;
    }
    const double growth = resident.back() - *from;
    if (growth < kGrowth * *from) return std::nullopt;
    return fmt::format(
        "memory grows by {:.1f} MiB an epoch and is at {:.0f} MiB; something keeps what it should give back",
        growth / static_cast<double>(kGrowing - 1) / (1 << 20), resident.back() / (1 << 20));
}

bool LossLeap::take(double loss) {
    const double distance = loss - mean_;
    if (seen_ >= kUsualAfter && distance > kLeap * std::sqrt(variance_) && distance > 0.5 * std::abs(mean_))
        return true;
    const double old = seen_ == 0 ? 0 : kRemember;
    mean_ = old * mean_ + (1 - old) * loss;
    variance_ = seen_ == 0 ? 0 : old * (variance_ + (1 - old) * distance * distance);
    ++seen_;
    return false;
}

Status WatchOverRun::note(TrainContext& context, const std::string& line) {
    context.say(line);
    return context.record().append(NoticeNote{line});
}

Status WatchOverRun::before_epoch(TrainContext&) {
    epoch_began_ = steady_seconds();
    leapt_ = false;
    return {};
}

Status WatchOverRun::after_step(TrainContext& context) {
    if (context.progress().step % interval_ != 0 || !context.losses().total.defined()) return {};
    const double usual = leap_.usual(), loss = context.losses().total.item<double>();
    if (!leap_.take(loss) || leapt_) return {};
    leapt_ = true;
    return note(context, fmt::format("the loss leapt to {:.4g} at step {}, usual was {:.4g}", loss,
                                     context.progress().step, usual));
}

Status WatchOverRun::after_epoch(TrainContext& context) {
    if (const auto waiting = waiting_note(steady_seconds() - epoch_began_, context.seconds_waited()))
        GOETIA_TRY(note(context, *waiting));
    resident_.push_back(resident_bytes());
    if (grew_) return {};
    const auto growth = growth_note(resident_);
    grew_ = growth.has_value();
    return growth ? note(context, *growth) : Status();
}

}  // namespace goetia
