// Builds one batch from rows that arrive in any order from any thread; the result does not depend on the order.
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

// Allocates 64-byte aligned memory from a pool of at most `keep` free blocks, so that pages are not faulted in for
// every batch.
Allocate reused_memory(std::size_t keep);

class BatchBuilder {
  public:
    // `requested`: the data set index of each row.
    BatchBuilder(std::uint64_t epoch, std::int64_t index, std::span<const std::int64_t> requested,
                 const Allocate& allocate, PixelType pixel_type = PixelType::kFloat32);

    [[nodiscard]] std::int64_t rows() const { return static_cast<std::int64_t>(rows_.size()); }
    [[nodiscard]] std::int64_t index() const { return index_; }
    [[nodiscard]] std::int64_t requested(std::int64_t row) const {
        return rows_[static_cast<std::size_t>(row)].requested;
    }

    // Fills a row, rendering a pending image in place; `skipped` is the broken sample that this one replaces. On an
    // error (the image cannot be decoded) the row is unchanged.
    Status fill(std::int64_t row, Sample& sample, std::optional<SkippedSample> skipped = {});
    // Drops the row of a broken sample that nothing replaces.
    void skip_row(std::int64_t row, SkippedSample skipped);
    void fail(std::int64_t row, Error error);

    // Once every row is done: the batch without the skipped rows, or the error of the first failed row.
    Result<Batch> finish(const Dataset& dataset);

  private:
    struct Shape {
        int channels = 0, height = 0, width = 0;
        [[nodiscard]] std::size_t area() const { return static_cast<std::size_t>(height) * width; }
        [[nodiscard]] std::size_t size() const { return area() * channels; }
        friend bool operator==(const Shape&, const Shape&) = default;
    };
    struct Row {
        std::int64_t requested = 0;
        Frame frame{.sample = -1};  // the one that fills it; -1: none
        std::int64_t label = -1;
        std::string name, subject;
        Shape shape;
        AlignedBuffer<std::uint8_t> own;  // its pixels, where their size differs from the batch's
        std::vector<Instance> instances;
        std::vector<double> values;
        Image mask;
        std::optional<SkippedSample> skipped;
        std::optional<Error> error;
    };

    [[nodiscard]] std::size_t element() const { return pixel_type_ == PixelType::kUInt8 ? 1 : sizeof(float); }
    // The row's memory within the batch's, which is allocated for the size of the first row; a row of another size (a
    // broken sample may have any) gets its own memory.
    std::uint8_t* row_memory(std::int64_t row, const Shape& shape);
    Status render_pending(Sample& sample, std::uint8_t* to, const Shape& shape);
    [[nodiscard]] const Row* first_good() const;
    Status check_sizes() const;
    Status check_annotations() const;
    // Moves the pixels of all good rows together in the batch's memory.
    void gather();

    std::uint64_t epoch_;
    std::int64_t index_;
    std::vector<Row> rows_;
    const Allocate& allocate_;
    PixelType pixel_type_;
    std::mutex mutex_;                      // guards the allocation by the first rows
    std::atomic<bool> has_memory_ = false;  // from then on memory and shape stay until all rows are done
    std::shared_ptr<void> memory_;
    Shape shape_;  // of a row in `memory_`
    std::atomic<const Normalization*> normalization_ = nullptr;
};

}  // namespace goetia
