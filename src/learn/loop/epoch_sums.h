// What the training samples of an epoch add up to; part of a checkpoint taken within the epoch.
#pragma once

#include <string>
#include <vector>

#include "learn/dist/communicator.h"
#include "learn/hooks/hook.h"
#include "weights/value.h"

namespace goetia {

struct EpochSums {
    double loss = 0;
    double samples = 0;
    double seconds = 0;
    std::vector<double> correct;  // for each k of the model's topk(): labels among the k highest scores

    void add(double batch_loss, const torch::Tensor& scores, const torch::Tensor& labels,
             const std::vector<std::int64_t>& topk);
    // "train/loss" and "train/accuracy_top<k>": means over the samples.
    [[nodiscard]] MetricValues means(const std::vector<std::int64_t>& topk) const;
};

// Those of all ranks, on every rank; the seconds are this rank's own.
EpochSums of_all(const EpochSums& mine, Communicator& ranks);

Value pack(const EpochSums& sums);
Result<EpochSums> unpack_sums(const Value* value, const std::string& checkpoint);

}  // namespace goetia
