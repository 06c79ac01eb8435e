// The ranks of one attempt, seen from one of them. A lone rank has its own implementation that does nothing, so no
// other code asks whether it is alone.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "base/result.h"

namespace goetia {

class Communicator {
  public:
    virtual ~Communicator() = default;
    [[nodiscard]] virtual int rank() const = 0;
    [[nodiscard]] virtual int world() const = 0;
    [[nodiscard]] bool is_first() const { return rank() == 0; }

    // In place; every rank calls them in the same order. They throw c10::Error when a rank is gone.
    virtual void sum(torch::Tensor& tensor) = 0;
    virtual void broadcast(torch::Tensor& tensor, int from) = 0;
    virtual void barrier() = 0;
};

std::shared_ptr<Communicator> lone_rank();

}  // namespace goetia
