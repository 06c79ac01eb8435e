// Journals what evaluations found that is no single number (confusion matrix, curves), as data: the pictures of it are
// drawn by whoever follows the run, so that no rank waits for a drawing.
#pragma once

#include <string>
#include <vector>

#include "experiment/journal_records.h"
#include "learn/hooks/hook.h"
#include "learn/loop/settings.h"

namespace goetia {

// What of an evaluation's drawings is requested; nothing in it where none is.
EvaluationRecord evaluation_record(const std::vector<Drawing>& drawings, const std::vector<std::string>& classes,
                                   const TrainSettings::Drawings& requested);

// Every `interval` epochs and at the run's end, if there was an evaluation since; 0: at the end only.
class EvaluationNotes final : public Hook {
  public:
    EvaluationNotes(std::vector<std::string> classes, TrainSettings::Drawings requested, std::int64_t interval)
        : classes_(std::move(classes)), requested_(requested), interval_(interval) {}

    [[nodiscard]] std::string_view name() const override { return "evaluation_notes"; }
    [[nodiscard]] HookPriority priority() const override { return HookPriority::kLast; }
    Status after_evaluation(TrainContext& context) override;
    Status after_epoch(TrainContext& context) override;
    Status after_run(TrainContext& context) override { return write(context); }

  private:
    Status write(TrainContext& context);

    std::vector<std::string> classes_;
    TrainSettings::Drawings requested_;
    std::int64_t interval_;
    Progress evaluated_at_;
    bool is_written_ = true;
};

}  // namespace goetia
