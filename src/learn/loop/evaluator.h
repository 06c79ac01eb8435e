// One pass over a split without learning: the loss and every metric of the experiment file, over all ranks.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feeding/loading/loader.h"
#include "learn/hooks/hook.h"
#include "learn/loop/extent.h"
#include "learn/loop/precision.h"
#include "learn/model.h"
#include "learn/tasks/task_kit.h"
#include "metrics/metric.h"

namespace goetia {

struct Evaluation {
    MetricValues values;                 // "val/loss", "val/accuracy_top1", ...
    std::vector<SkippedSample> skipped;  // those that could not be read, of all ranks
};

// Runs the model over all batches of the loader, in evaluation mode and without gradients.
using TakeBatch = std::function<Status(Batch batch, const Outputs& outputs)>;
// `limit` 0: of all of them.
Status each_batch(Model& model, Loader& loader, torch::Device device, const TakeBatch& take,
                  const std::optional<NarrowType>& autocast = {}, std::int64_t limit = 0);

class Evaluator {
  public:
    // `loader` gives this rank's share of `data`, unpadded.
    Evaluator(std::string split, std::unique_ptr<Loader> loader, std::shared_ptr<const Dataset> data,
              const TaskKit& kit, std::vector<std::shared_ptr<Metric>> metrics);

    // Is shown the predictions of each batch; its truth is the one that metrics compare with.
    using Watcher = std::function<Status(const Predictions& found, const Batch& batch)>;
    void watch(Watcher watcher) { watcher_ = std::move(watcher); }

    // At most `limit`'s batches of each rank's share.
    void limit(const BatchLimit& limit) { limit_ = limit.of(loader_->batches_per_epoch()); }

    Result<Evaluation> run(Model& model, Communicator& ranks, torch::Device device,
                           const std::optional<NarrowType>& autocast = {});
    // What Evaluation::values will hold.
    [[nodiscard]] std::vector<MeasuredMetric> measured() const;
    [[nodiscard]] std::vector<Drawing> drawings() const;  // of the newest evaluation

  private:
    Status measure(const Predictions& found, Batch batch);
    void join_metrics(Communicator& ranks);
    Result<Evaluation> joined(Communicator& ranks, const torch::Tensor& loss_sum, double count);

    std::string split_;
    std::unique_ptr<Loader> loader_;
    std::shared_ptr<const Dataset> data_;
    const TaskKit& kit_;
    std::vector<std::shared_ptr<Metric>> metrics_;
    std::vector<SkippedSample> skipped_;
    Watcher watcher_;
    std::int64_t limit_ = 0;  // batches; 0: all
};

// The batch's images as a tensor on `device`; no copy on the CPU.
torch::Tensor images_of(const Batch& batch, torch::Device device);

}  // namespace goetia
