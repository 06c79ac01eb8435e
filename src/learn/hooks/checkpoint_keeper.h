// Keeps last.pth, the best checkpoint, and one per interval, as a hook; also writes one on request.
#pragma once

#include <optional>
#include <string>

#include "experiment/checkpoints.h"
#include "experiment/folder.h"
#include "learn/hooks/hook.h"
#include "learn/loop/settings.h"

namespace goetia {

class CheckpointKeeper final : public Hook {
  public:
    CheckpointKeeper(ExperimentFolder folder, CheckpointManifest manifest, TrainSettings::Checkpoints settings)
        : folder_(std::move(folder)), manifest_(std::move(manifest)), settings_(std::move(settings)) {}

    [[nodiscard]] std::string_view name() const override { return "checkpoint"; }
    [[nodiscard]] HookPriority priority() const override { return HookPriority::kLow; }
    Status after_step(TrainContext& context) override;
    Status after_epoch(TrainContext& context) override;
    Status on_save_request(TrainContext& context) override { return save_last(context); }
    [[nodiscard]] Value state() const override;
    Status load(const Value& state) override;

  private:
    Status save_last(TrainContext& context);
    Status save(TrainContext& context, const std::string& file, const std::string& kind, const Value& checkpoint);
    Status point_best_model_at(const std::string& file);

    ExperimentFolder folder_;
    CheckpointManifest manifest_;
    TrainSettings::Checkpoints settings_;
    std::optional<double> best_;
};

}  // namespace goetia
