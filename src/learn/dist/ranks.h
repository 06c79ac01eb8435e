// Joins the ranks of an attempt, and keeps their gradients equal while they train.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "learn/dist/communicator.h"

namespace goetia {

// What launch/ passes to a rank in its environment.
struct RankAddress {
    int rank = 0;
    int world = 1;
    std::string host = "127.0.0.1";
    int port = 0;        // where rank 0 keeps what all must know
    std::string secret;  // that a rank must know to join
    std::string backend = "gloo";
};

// GOETIA_RANK, GOETIA_WORLD, GOETIA_STORE=host:port, GOETIA_STORE_SECRET; a lone rank without them.
Result<RankAddress> rank_address_from_environment();

// Averages gradients over the ranks while backward() still runs, bucket by bucket.
class GradientSync {
  public:
    virtual ~GradientSync() = default;
    // Before the backward pass whose gradients are to be shared (the last one of an accumulated step).
    virtual void before_backward(const torch::Tensor& loss) = 0;
};

struct Ranks {
    std::shared_ptr<Communicator> communicator;
    // Makes the sync for a model's parameters; all ranks must start from equal ones.
    std::function<std::unique_ptr<GradientSync>(std::vector<torch::Tensor> parameters, bool find_unused)> make_sync;
};

// Waits for all ranks. NCCL joins them in a later release; today every backend but gloo is refused.
Result<Ranks> join_ranks(const RankAddress& place);

}  // namespace goetia
