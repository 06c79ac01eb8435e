// What the training samples of an epoch add up to. The sums stay on the model's device, where nothing waits for a GPU,
// until they are read; what was read is part of a checkpoint taken within the epoch.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "learn/dist/communicator.h"
#include "learn/hooks/hook.h"
#include "learn/tensor.h"
#include "weights/value.h"

namespace goetia {

struct EpochSums {
    double loss = 0;
    double samples = 0;
    double seconds = 0;
    std::vector<double> counts;  // for each name of the model's counted()

    // "train/loss" and "train/<name>": means over the samples.
    [[nodiscard]] MetricValues means(const std::vector<std::string>& counted) const;
};

// Added over all ranks, on every rank; the seconds are this rank's own.
EpochSums summed_over_ranks(const EpochSums& mine, Communicator& ranks);

Value pack(const EpochSums& sums, const std::vector<std::string>& counted);
// Counts that the model does not have are dropped; those that the checkpoint does not have begin at 0.
Result<EpochSums> unpack_sums(const Value* value, const std::vector<std::string>& counted,
                              const std::string& checkpoint);

// A loss that is NaN or infinite, and the step (from 1) that had it.
struct BadLoss {
    std::int64_t step = 0;
    double loss = 0;
};

class RunningSums {
  public:
    // Goes on from `sums`.
    void start(const EpochSums& sums, torch::Device device);
    void add(std::int64_t step, const torch::Tensor& loss, std::int64_t samples,
             const std::vector<torch::Tensor>& counts);

    struct Read {
        EpochSums sums;  // without seconds
        std::optional<BadLoss> first_bad;
    };
    // Waits for the device.
    [[nodiscard]] Read read() const;

  private:
    double samples_ = 0;
    torch::Tensor sums_;  // float64: the loss, then the counts
    torch::Tensor bad_;   // float64 [2]: step and loss of the first loss that was not finite; step 0: none
};

}  // namespace goetia
