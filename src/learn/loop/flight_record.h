// The last steps of a run, for whoever must find out why the loss became NaN.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "base/json_fwd.h"
#include "learn/tensor.h"

namespace goetia {

class FlightRecord {
  public:
    struct Step {
        std::int64_t step = 0, epoch = 0, batch = 0;
        std::vector<std::int64_t> samples;  // of the training set
        torch::Tensor loss;                 // on its device, looked at only when it is asked for
        double learning_rate = 0, scale = 1;
    };
    void add(Step step);
    // The newest last. Waits for the device.
    [[nodiscard]] Json json() const;

  private:
    std::deque<Step> steps_;
};

}  // namespace goetia
