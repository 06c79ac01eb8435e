// What a run's log says of its steps and epochs, for people; the numbers themselves are in the journal.
#pragma once

#include <string>

#include "learn/hooks/hook.h"

namespace goetia {

struct StepOfLog {
    std::int64_t epoch = 0;  // from 1
    std::int64_t epochs = 0;
    std::int64_t batch = 0;  // of the epoch, from 1
    std::int64_t batches = 0;
    double loss = 0;
    double learning_rate = 0;
    MetricValues means;  // of the epoch so far; of these, those that are not losses are told
};

// "Epoch 52/100, Batch 256/500, Loss: 0.231, accuracy_top1: 0.893, LR: 0.00052"
std::string log_line(const StepOfLog& step);

// "Epoch 52/100 took 99.1 s, train/loss: 0.231, val/loss: 0.352"
std::string log_line_of_epoch(std::int64_t epoch, std::int64_t epochs, double seconds, const MetricValues& metrics);

}  // namespace goetia
