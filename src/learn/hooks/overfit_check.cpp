#include "learn/hooks/overfit_check.h"

#include "experiment/journal_records.h"
#include "learn/loop/run_log.h"

namespace goetia {
namespace {

constexpr double kLearned = 0.1;  // of the first epoch's loss

}  // namespace

Status OverfitCheck::after_epoch(TrainContext& context) {
    const auto loss = context.epoch_metrics().find("train/loss");
    if (loss == context.epoch_metrics().end()) return {};
    if (!first_) first_ = loss->second;
    last_ = loss->second;
    return {};
}

Status OverfitCheck::after_run(TrainContext& context) {
    if (!first_) return {};
    const bool learned = *last_ <= kLearned * *first_;
    const std::string line =
        learned ? fmt::format("overfit check passed: the loss fell from {:.4g} to {:.4g}", *first_, *last_)
                : fmt::format(
                      "overfit check failed: on the same batches the loss only went from {:.4g} to {:.4g}; look at "
                      "optimizer.lr, the loss and the targets, or give it more training.epochs",
                      *first_, *last_);
    context.say(line);
    return context.record().append(NoticeNote{line});
}

}  // namespace goetia
