// Journals what evaluations found that is no single number (confusion matrix, curves), as data: the pictures of it are
// drawn by whoever follows the run, so that no rank waits for a drawing.
#pragma once

#include <string>
#include <vector>

#include "experiment/journal_records.h"
#include "learn/loop/trainer.h"

namespace goetia {

// What of an evaluation is wanted for pictures; nothing in it where none is.
EvaluationRecord evaluation_record(const Evaluation& evaluation, const std::vector<std::string>& classes,
                                   const TrainSettings::Pictures& wanted);

// As a hook: every `plot_interval` epochs and at the run's end, if there was an evaluation since.
class EvaluationNotes final : public Hook {
  public:
    explicit EvaluationNotes(std::vector<std::string> classes) : classes_(std::move(classes)) {}
    void attach(Trainer& trainer) { trainer_ = &trainer; }

    [[nodiscard]] std::string_view name() const override { return "evaluation_notes"; }
    [[nodiscard]] HookPriority priority() const override { return HookPriority::kLast; }
    Status after_epoch(TrainContext& context) override;
    Status after_run(TrainContext& context) override;

  private:
    Status write();

    std::vector<std::string> classes_;
    Trainer* trainer_ = nullptr;
    Evaluation seen_;  // the newest one
    Progress seen_at_;
    bool is_written_ = true;
};

}  // namespace goetia
