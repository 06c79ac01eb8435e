// Normalisation layers by the names of `norm_cfg`: BN, SyncBN, GN, FrozenBN. Parameters and buffers are named and
// shaped as PyTorch's are.
#pragma once

#include <memory>
#include <string>

#include "base/json_fwd.h"
#include "base/result.h"
#include "learn/dist/communicator.h"
#include "learn/module.h"
#include "learn/tensor.h"

namespace goetia {

class Norm : public Module {
  public:
    virtual torch::Tensor forward(const torch::Tensor& maps) = 0;
    torch::Tensor weight;  // undefined in no kind; FrozenBN keeps it as a buffer
    torch::Tensor bias;
};

// Makes the norm layers of one model, all of one kind.
class NormFactory {
  public:
    // `config` is the `norm_cfg` mapping, `path` where the document says it.
    static Result<NormFactory> make(const Json& config, const std::string& path, std::shared_ptr<Communicator> ranks);

    // An Error when the kind cannot normalise this many channels (GN: a whole number of channels per group).
    [[nodiscard]] Status fits(std::int64_t channels) const;
    [[nodiscard]] std::shared_ptr<Norm> operator()(std::int64_t channels) const;

  private:
    std::string kind_ = "BN";
    std::string path_;
    bool requires_grad_ = true;
    std::int64_t num_groups_ = 32;
    double eps_ = 1e-5;
    double momentum_ = 0.1;
    std::shared_ptr<Communicator> ranks_;
};

struct BatchNormSettings {
    std::int64_t channels = 0;
    double eps = 1e-5;
    double momentum = 0.1;
};

// Batch statistics in training, running statistics in evaluation.
class BatchNorm : public Norm {
  public:
    explicit BatchNorm(const BatchNormSettings& settings);
    torch::Tensor forward(const torch::Tensor& maps) override;

  protected:
    void count_batch();
    BatchNormSettings settings_;
    torch::Tensor running_mean_, running_var_, num_batches_tracked_;
};

// A BatchNorm whose training statistics are those of the batches of all ranks joined, each counted by its size.
class SyncBatchNorm final : public BatchNorm {
  public:
    SyncBatchNorm(const BatchNormSettings& settings, std::shared_ptr<Communicator> ranks)
        : BatchNorm(settings), ranks_(std::move(ranks)) {}
    torch::Tensor forward(const torch::Tensor& maps) override;

  private:
    std::shared_ptr<Communicator> ranks_;
};

}  // namespace goetia
