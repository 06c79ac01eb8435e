// The ranks of one attempt, seen from one of them. A lone rank has its own implementation that does nothing, so no
// other code asks whether it is alone.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "learn/tensor.h"

namespace goetia {

class Communicator {
  public:
    virtual ~Communicator() = default;
    [[nodiscard]] virtual int rank() const = 0;
    [[nodiscard]] virtual int world() const = 0;
    [[nodiscard]] bool is_first() const { return rank() == 0; }

    // In place; every rank calls them in the same order. They throw when a rank is gone, and lost_rank() knows
    // what they threw.
    virtual void sum(torch::Tensor& tensor) = 0;
    virtual void broadcast(torch::Tensor& tensor, int from) = 0;
    virtual void barrier() = 0;
};

std::shared_ptr<Communicator> lone_rank();

// Whether a fault thrown by a collective, or by a backward pass that shares its gradients, means that another rank or
// the way to it is gone, rather than that this rank itself failed.
bool lost_rank(const std::exception& fault);

}  // namespace goetia
