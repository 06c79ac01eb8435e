// A run's checkpoint: everything a resumed run needs to go on as if it had never stopped, in one .pth file that Python
// opens with torch.load(path, weights_only=True).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "experiment/checkpoints.h"
#include "experiment/folder.h"
#include "learn/hooks/builtin_hooks.h"
#include "learn/loop/trainer.h"
#include "weights/value.h"

namespace goetia {

// What a checkpoint says about the run besides its numbers.
struct CheckpointFacts {
    std::vector<std::string> classes;
    Json preprocessing;       // the validation pipeline: what a picture must go through before the model
    std::string config_hash;  // of what shapes the weights; a resumed run may change the rest
};

// Keys: model, optimizer, scheduler, ema, scaler, rng, epoch, step, metrics, classes, preprocessing, config_hash, and
// goetia {format, batch, sums, hooks}. The tensors are views: write it before the next step. Every rank must call it.
Value pack_checkpoint(Trainer& trainer, const EmaHook* ema, const CheckpointFacts& facts);

// Puts a trainer where the checkpoint was taken. A checkpoint of another model is refused with every difference named.
Status unpack_checkpoint(const Value& checkpoint, const std::string& named, Trainer& trainer, EmaHook* ema);

// Keeps last.pth, the best, and one per interval, as a hook; also writes one on request.
class CheckpointKeeper final : public Hook {
  public:
    CheckpointKeeper(ExperimentFolder folder, CheckpointManifest manifest, CheckpointFacts facts,
                     std::shared_ptr<EmaHook> ema);
    void attach(Trainer& trainer) { trainer_ = &trainer; }

    [[nodiscard]] std::string_view name() const override { return "checkpoint"; }
    [[nodiscard]] HookPriority priority() const override { return HookPriority::kLow; }
    Status after_step(TrainContext& context) override;
    Status after_epoch(TrainContext& context) override;
    [[nodiscard]] Value state() const override;
    Status load(const Value& state) override;

    Status save_last();
    [[nodiscard]] std::optional<double> best() const { return best_; }

  private:
    Status save(const std::string& file, const std::string& kind, const Value& checkpoint);
    Status save_epoch_files(const MetricValues& metrics);
    Status point_best_model_at(const std::string& file);

    ExperimentFolder folder_;
    CheckpointManifest manifest_;
    CheckpointFacts facts_;
    std::shared_ptr<EmaHook> ema_;
    Trainer* trainer_ = nullptr;
    std::optional<double> best_;
};

}  // namespace goetia
