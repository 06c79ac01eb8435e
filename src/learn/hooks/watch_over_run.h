// Says what slows a run down or will end it, while it runs: waiting for data, memory that grows, a loss that leaps.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "learn/hooks/hook.h"

namespace goetia {

// "the loader holds you back: ..." where an epoch that took long waited for data; nothing otherwise.
std::optional<std::string> waiting_note(double seconds, double seconds_waiting);

// Of memory at the ends of the last epochs, in bytes: where each is larger than the one before it and the growth is
// worth a note.
std::optional<std::string> growth_note(const std::vector<double>& resident);

// Whether a loss stands far above those before it.
class LossLeap {
  public:
    // True when `loss` leaps; what leaps does not count as usual.
    bool take(double loss);
    [[nodiscard]] double usual() const { return mean_; }

  private:
    std::int64_t seen_ = 0;
    double mean_ = 0, variance_ = 0;
};

class WatchOverRun final : public Hook {
  public:
    explicit WatchOverRun(std::int64_t log_interval) : interval_(log_interval) {}
    [[nodiscard]] std::string_view name() const override { return "watch"; }
    [[nodiscard]] HookPriority priority() const override { return HookPriority::kLast; }
    Status before_epoch(TrainContext& context) override;
    Status after_step(TrainContext& context) override;
    Status after_epoch(TrainContext& context) override;

  private:
    static Status note(TrainContext& context, const std::string& line);

    std::int64_t interval_;
    LossLeap leap_;
    bool leapt_ = false, grew_ = false;  // noted: once in an epoch, once in a run
    double epoch_began_ = 0;
    std::vector<double> resident_;
};

}  // namespace goetia
