// One pass over a split without learning: the loss and every metric of the experiment file, over all ranks.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "feeding/loading/loader.h"
#include "learn/hooks/hook.h"
#include "learn/model.h"
#include "metrics/metric.h"

namespace goetia {

struct Scored {
    std::int64_t classes = 0;
    std::vector<float> scores;  // of each sample that could be read, classes of them; in the split's order
    std::vector<std::int64_t> labels;
};

struct Evaluation {
    MetricValues values;                                // "val/loss", "val/accuracy_top1", ...
    std::vector<std::pair<std::string, Json>> details;  // what is not one number, by metric type
    Scored scored;                                      // filled on request
    std::vector<SkippedSample> skipped;                 // those that could not be read, of all ranks
};

class Evaluator {
  public:
    // `loader` gives this rank's share of `size` samples, unpadded.
    Evaluator(std::string split, std::unique_ptr<Loader> loader, std::int64_t size,
              std::vector<std::pair<std::string, std::shared_ptr<Metric>>> metrics);

    Result<Evaluation> run(Model& model, Communicator& ranks, torch::Device device, bool keep_scores);

  private:
    void take(const Batch& batch, const torch::Tensor& scores, bool keep);
    Result<Evaluation> gathered(Communicator& ranks, double loss_sum, double count, bool keep);
    Scored scored_by_all(Communicator& ranks);

    std::string split_;
    std::unique_ptr<Loader> loader_;
    std::int64_t size_;
    std::vector<std::pair<std::string, std::shared_ptr<Metric>>> metrics_;
    Scored scored_;  // while running, of the whole split: a label is one more than it is, 0 means not read
    std::vector<SkippedSample> skipped_;
};

// The batch's pictures as a tensor on `device` (no copy on the CPU), and its truth.
torch::Tensor images_of(const Batch& batch, torch::Device device);
Targets targets_of(const Batch& batch, torch::Device device);

}  // namespace goetia
