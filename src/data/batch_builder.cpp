#include "data/batch_builder.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace goetia {
namespace {

std::size_t floats(int channels, int height, int width) { return static_cast<std::size_t>(channels) * height * width; }

}  // namespace

std::shared_ptr<void> allocate_aligned(std::size_t bytes) {
    void* memory = std::aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (memory == nullptr) throw std::bad_alloc();
    return {memory, std::free};
}

BatchBuilder::BatchBuilder(std::uint64_t epoch, std::int64_t index, std::span<const std::int64_t> wanted,
                           const Allocate& allocate)
    : epoch_(epoch), index_(index), rows_(wanted.size()), allocate_(allocate) {
    for (std::size_t i = 0; i < wanted.size(); ++i) rows_[i].wanted = wanted[i];
}

float* BatchBuilder::memory_for(const Planes& planes) {
    const std::scoped_lock lock(mutex_);
    if (!memory_) {
        memory_ = allocate_(rows_.size() * floats(planes.channels, planes.height, planes.width) * sizeof(float));
        channels_ = planes.channels, height_ = planes.height, width_ = planes.width;
    }
    const bool fits = planes.channels == channels_ && planes.height == height_ && planes.width == width_;
    return fits ? static_cast<float*>(memory_.get()) : nullptr;
}

void BatchBuilder::fill(std::int64_t row, Sample sample, std::optional<SkippedSample> skipped) {
    Row& mine = rows_[static_cast<std::size_t>(row)];
    const Planes& planes = sample.planes;
    if (planes.values.empty()) {
        return fail(row,
                    invalid("sample '{}' comes out of the pipeline without numbers; end the pipeline with ToTensor",
                            sample.name));
    }
    if (float* memory = memory_for(planes)) {
        std::memcpy(memory + planes.values.size() * static_cast<std::size_t>(row), planes.values.data(),
                    planes.values.size() * sizeof(float));
    }
    mine.sample = sample.index;
    mine.label = sample.label;
    mine.name = std::move(sample.name);
    mine.channels = planes.channels, mine.height = planes.height, mine.width = planes.width;
    mine.skipped = std::move(skipped);
}

void BatchBuilder::leave_out(std::int64_t row, SkippedSample skipped) {
    rows_[static_cast<std::size_t>(row)].skipped = std::move(skipped);
}

void BatchBuilder::fail(std::int64_t row, Error error) {
    rows_[static_cast<std::size_t>(row)].error = std::move(error);
}

Status BatchBuilder::check_sizes() const {
    const Row* first = nullptr;
    for (const Row& row : rows_) {
        if (row.error) return *row.error;
        if (row.sample < 0) continue;
        if (first == nullptr) first = &row;
        if (row.channels == first->channels && row.height == first->height && row.width == first->width) continue;
        return invalid(
            "batch {} mixes sizes: sample '{}' is {}x{}x{} and sample '{}' is {}x{}x{} (channels, height, width); "
            "add Resize with [height, width], or Resize and CenterCrop, to the pipeline",
            index_, first->name, first->channels, first->height, first->width, row.name, row.channels, row.height,
            row.width);
    }
    return {};
}

Result<Batch> BatchBuilder::finish(const Dataset& dataset) {
    GOETIA_TRY(check_sizes());
    Batch batch;
    batch.epoch = epoch_;
    batch.index = index_;
    batch.channels = channels_, batch.height = height_, batch.width = width_;
    batch.classes = static_cast<std::int64_t>(dataset.classes().size());
    const std::size_t stride = floats(channels_, height_, width_);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        Row& row = rows_[i];
        if (row.skipped) batch.skipped.push_back(*std::move(row.skipped));
        if (row.sample < 0) continue;
        const auto to = static_cast<std::size_t>(batch.size++);
        if (to != i)
            std::memmove(static_cast<float*>(memory_.get()) + to * stride,
                         static_cast<float*>(memory_.get()) + i * stride, stride * sizeof(float));
        batch.labels.push_back(row.label);
        batch.samples.push_back(row.sample);
    }
    batch.memory = std::move(memory_);
    return batch;
}

}  // namespace goetia
