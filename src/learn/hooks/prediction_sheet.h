// Draws what the model finds in the same validation images again and again: visualizations/predictions_epoch_0010.jpg,
// each image with its truth beside it, at every plot interval and at the end.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "feeding/loading/loader.h"
#include "learn/hooks/hook.h"

namespace goetia {

class PredictionSheet final : public Hook {
  public:
    struct Plan {
        std::filesystem::path folder;
        std::int64_t samples = 16;  // the first ones that this rank evaluates
        std::int64_t interval = 1;  // epochs; 0: at the end alone
    };
    PredictionSheet(Plan plan, std::shared_ptr<const Dataset> data, const TransformRegistry& transforms)
        : plan_(std::move(plan)), data_(std::move(data)), transforms_(transforms) {}

    // For Evaluator::watch().
    Status take(const Predictions& found, const Batch& batch);

    [[nodiscard]] std::string_view name() const override { return "prediction_sheet"; }
    [[nodiscard]] HookPriority priority() const override { return HookPriority::kLow; }
    Status before_evaluation(TrainContext& context) override;
    Status after_evaluation(TrainContext& context) override;

  private:
    Plan plan_;
    std::shared_ptr<const Dataset> data_;
    const TransformRegistry& transforms_;
    bool is_due_ = false;
    std::vector<Sample> shown_;  // truth and found in turns
};

}  // namespace goetia
