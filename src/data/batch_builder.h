// One batch in the making: rows arrive in any order from any thread, the result does not depend on it.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <span>

#include "data/loader.h"

namespace goetia {

using Allocate = std::function<std::shared_ptr<void>(std::size_t bytes)>;

// 64-byte aligned.
std::shared_ptr<void> allocate_aligned(std::size_t bytes);

class BatchBuilder {
  public:
    // `wanted`: the data set's indices of the rows.
    BatchBuilder(std::uint64_t epoch, std::int64_t index, std::span<const std::int64_t> wanted,
                 const Allocate& allocate);

    [[nodiscard]] std::int64_t rows() const { return static_cast<std::int64_t>(rows_.size()); }
    [[nodiscard]] std::int64_t wanted(std::int64_t row) const { return rows_[static_cast<std::size_t>(row)].wanted; }

    // A row's numbers; `skipped` tells the broken sample whose place it takes.
    void fill(std::int64_t row, Sample sample, std::optional<SkippedSample> skipped = {});
    // A broken sample that nothing takes the place of.
    void leave_out(std::int64_t row, SkippedSample skipped);
    void fail(std::int64_t row, Error error);

    // When every row arrived: the batch without the rows left out, or the error of the first row that has one.
    Result<Batch> finish(const Dataset& dataset);

  private:
    struct Row {
        std::int64_t wanted = 0;
        std::int64_t sample = -1;  // the one that fills it; -1: left out
        std::int64_t label = -1;
        std::string name;
        int channels = 0, height = 0, width = 0;
        std::optional<SkippedSample> skipped;
        std::optional<Error> error;
    };

    // Memory for the whole batch, given when the first row says how large rows are.
    float* memory_for(const Planes& planes);
    Status check_sizes() const;

    std::uint64_t epoch_;
    std::int64_t index_;
    std::vector<Row> rows_;
    const Allocate& allocate_;
    std::mutex mutex_;
    std::shared_ptr<void> memory_;
    int channels_ = 0, height_ = 0, width_ = 0;
};

}  // namespace goetia
