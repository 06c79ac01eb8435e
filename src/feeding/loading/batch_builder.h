// One batch in the making: rows arrive in any order from any thread, the result does not depend on it.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <span>

#include "feeding/loading/loader.h"
#include "imaging/kernels/aligned_buffer.h"

namespace goetia {

using Allocate = std::function<std::shared_ptr<void>(std::size_t bytes)>;

// 64-byte aligned memory. What a batch gives back is used again, so that its pages are touched for the first time once;
// at most `keep` blocks wait for that.
Allocate reused_memory(std::size_t keep);

class BatchBuilder {
  public:
    // `wanted`: the data set's indices of the rows.
    BatchBuilder(std::uint64_t epoch, std::int64_t index, std::span<const std::int64_t> wanted,
                 const Allocate& allocate, BatchNumbers numbers = BatchNumbers::kFloats);

    [[nodiscard]] std::int64_t rows() const { return static_cast<std::int64_t>(rows_.size()); }
    [[nodiscard]] std::int64_t index() const { return index_; }
    [[nodiscard]] std::int64_t wanted(std::int64_t row) const { return rows_[static_cast<std::size_t>(row)].wanted; }

    // A row's numbers, made in their place when they are still pending; `skipped` tells the broken sample whose place
    // it takes. An error: the picture cannot be made, the row is as it was.
    Status fill(std::int64_t row, Sample& sample, std::optional<SkippedSample> skipped = {});
    // A broken sample that nothing takes the place of.
    void leave_out(std::int64_t row, SkippedSample skipped);
    void fail(std::int64_t row, Error error);

    // When every row arrived: the batch without the rows left out, or the error of the first row that has one.
    Result<Batch> finish(const Dataset& dataset);

  private:
    struct Shape {
        int channels = 0, height = 0, width = 0;
        [[nodiscard]] std::size_t area() const { return static_cast<std::size_t>(height) * width; }
        [[nodiscard]] std::size_t size() const { return area() * channels; }
        friend bool operator==(const Shape&, const Shape&) = default;
    };
    struct Row {
        std::int64_t wanted = 0;
        std::int64_t sample = -1;  // the one that fills it; -1: left out
        std::int64_t label = -1;
        std::string name;
        Shape shape;
        AlignedBuffer<std::uint8_t> own;  // its numbers, where they have another size than the batch's memory
        std::vector<Instance> instances;
        std::vector<double> values;
        Image mask;
        std::optional<SkippedSample> skipped;
        std::optional<Error> error;
    };

    [[nodiscard]] std::size_t element() const { return numbers_ == BatchNumbers::kBytes ? 1 : sizeof(float); }
    // The row's place in the batch's memory, whose size the first row to arrive says, or in memory of its own when it
    // has another size: broken samples may have any.
    std::uint8_t* place_of(std::int64_t row, const Shape& shape);
    Status make_pending(Sample& sample, std::uint8_t* to, const Shape& shape);
    [[nodiscard]] const Row* first_good() const;
    Status check_sizes() const;
    Status check_marks() const;
    // All good rows' numbers in the batch's memory, one behind the other.
    void gather();

    std::uint64_t epoch_;
    std::int64_t index_;
    std::vector<Row> rows_;
    const Allocate& allocate_;
    BatchNumbers numbers_;
    std::mutex mutex_;                      // of the first rows, until there is memory
    std::atomic<bool> has_memory_ = false;  // neither it nor the shape changes any more until all rows arrived
    std::shared_ptr<void> memory_;
    Shape shape_;  // of a row in `memory_`
    std::atomic<const Levels*> levels_ = nullptr;
};

}  // namespace goetia
