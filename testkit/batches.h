// A small labelled batch whose row r holds the value r everywhere.
#pragma once

#include <algorithm>

#include "feeding/loading/batch_builder.h"
#include "testkit/feeding.h"

namespace goetia::testkit {

inline Batch batch_of(std::int64_t rows, std::int64_t side, std::int64_t classes, std::int64_t channels = 3) {
    Batch batch;
    batch.size = rows;
    batch.channels = channels;
    batch.height = batch.width = side;
    batch.classes = classes;
    const std::int64_t stride = channels * side * side;
    batch.memory = reused_memory(1)(static_cast<std::size_t>(rows * stride) * sizeof(float));
    for (std::int64_t row = 0; row < rows; ++row) {
        std::fill_n(batch.images() + row * stride, stride, static_cast<float>(row));
        batch.truth.labels.push_back(row % classes);
        batch.frames.push_back({.sample = row});
    }
    return batch;
}

}  // namespace goetia::testkit
