#include "feeding/loading/batch_builder.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include <sys/mman.h>

#include "imaging/workspace.h"

namespace goetia {
namespace {

struct Free {
    void operator()(void* memory) const { std::free(memory); }
};
using BatchMemory = std::unique_ptr<void, Free>;

// 64-byte aligned; large blocks use huge pages where available: threads write rows far apart, and with small pages TLB
// misses cost as much as the writes.
BatchMemory fresh(std::size_t bytes) {
    constexpr std::size_t kHugePage = std::size_t{2} << 20;
    const std::size_t edge = bytes >= kHugePage ? kHugePage : 64, size = (bytes + edge - 1) / edge * edge;
    BatchMemory block(std::aligned_alloc(edge, size));
    if (!block) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
    if (edge == kHugePage) madvise(block.get(), size, MADV_HUGEPAGE);  // a failure only costs speed
#endif
    return block;
}

// Free blocks of one size, to be reused.
class Reserve {
  public:
    explicit Reserve(std::size_t keep) : keep_(keep) {}

    BatchMemory take(std::size_t bytes) {
        const std::scoped_lock lock(mutex_);
        if (bytes != bytes_) free_.clear();
        bytes_ = bytes;
        if (!free_.empty()) {
            BatchMemory block = std::move(free_.back());
            free_.pop_back();
            return block;
        }
        return fresh(bytes);
    }

    void give_back(BatchMemory block, std::size_t bytes) {
        const std::scoped_lock lock(mutex_);
        if (bytes == bytes_ && free_.size() < keep_) free_.push_back(std::move(block));
    }

  private:
    std::size_t keep_, bytes_ = 0;
    std::mutex mutex_;
    std::vector<BatchMemory> free_;
};

}  // namespace

Allocate reused_memory(std::size_t keep) {
    return [reserve = std::make_shared<Reserve>(keep)](std::size_t bytes) -> std::shared_ptr<void> {
        void* memory = reserve->take(bytes).release();
        return {memory, [reserve, bytes](void* done) { reserve->give_back(BatchMemory(done), bytes); }};
    };
}

BatchBuilder::BatchBuilder(std::uint64_t epoch, std::int64_t index, std::span<const std::int64_t> requested,
                           const Allocate& allocate, PixelType pixel_type)
    : epoch_(epoch), index_(index), rows_(requested.size()), allocate_(allocate), pixel_type_(pixel_type) {
    for (std::size_t i = 0; i < requested.size(); ++i) rows_[i].requested = requested[i];
}

std::uint8_t* BatchBuilder::row_memory(std::int64_t row, const Shape& shape) {
    const std::size_t bytes = shape.size() * element();
    if (!has_memory_.load(std::memory_order_acquire)) {
        const std::scoped_lock lock(mutex_);
        if (!memory_) {
            memory_ = allocate_(rows_.size() * bytes);
            shape_ = shape;
            has_memory_.store(true, std::memory_order_release);
        }
    }
    if (shape != shape_) return rows_[static_cast<std::size_t>(row)].own.hold(bytes);
    return static_cast<std::uint8_t*>(memory_.get()) + static_cast<std::size_t>(row) * bytes;
}

Status BatchBuilder::render_pending(Sample& sample, std::uint8_t* to, const Shape& shape) {
    const auto row = static_cast<std::size_t>(shape.width);
    const Pending& pending = sample.pending;
    pending.workspace->bytes_written += static_cast<std::int64_t>(shape.size() * element());
    if (pixel_type_ == PixelType::kFloat32)
        return goetia::render_pending(
            pending, PlanarFloats{reinterpret_cast<float*>(to), row, shape.area(), &pending.normalization->table});
    GOETIA_TRY(goetia::render_pending(pending, PlanarBytes{to, row, shape.area()}));
    normalization_.store(pending.normalization, std::memory_order_relaxed);  // the pipeline's: the same for every row
    return {};
}

Status BatchBuilder::fill(std::int64_t row, Sample& sample, std::optional<SkippedSample> skipped) {
    Row& mine = rows_[static_cast<std::size_t>(row)];
    const Planes& planes = sample.planes;
    const bool pending = sample.pending && sample.pending.normalization != nullptr;
    const Shape shape = pending ? Shape{3, sample.pending.result_height(), sample.pending.result_width()}
                                : Shape{planes.channels, planes.height, planes.width};
    if (!pending && planes.values.empty()) {
        fail(row,
             invalid("sample '{}' leaves the pipeline without floats; end the pipeline with ToTensor", sample.name));
        return {};
    }
    if (!pending && pixel_type_ == PixelType::kUInt8) {
        fail(row, invalid("sample '{}' leaves the pipeline as floats that bytes cannot hold; end the pipeline with "
                          "ToTensor and Normalize to use batches of bytes",
                          sample.name));
        return {};
    }
    std::uint8_t* to = row_memory(row, shape);
    if (pending) GOETIA_TRY(render_pending(sample, to, shape));
    else std::memcpy(to, planes.values.data(), planes.values.size() * sizeof(float));
    mine.frame = {.sample = sample.index,
                  .width = sample.original_width,
                  .height = sample.original_height,
                  .to_original = sample.to_original,
                  .row_width = shape.width,
                  .row_height = shape.height};
    mine.label = sample.label;
    mine.name = std::move(sample.name);
    mine.subject = std::move(sample.subject);
    mine.shape = shape;
    mine.instances = std::move(sample.instances);
    mine.values = std::move(sample.values);
    mine.mask = std::move(sample.mask);
    mine.skipped = std::move(skipped);
    return {};
}

void BatchBuilder::skip_row(std::int64_t row, SkippedSample skipped) {
    rows_[static_cast<std::size_t>(row)].skipped = std::move(skipped);
}

void BatchBuilder::fail(std::int64_t row, Error error) {
    rows_[static_cast<std::size_t>(row)].error = std::move(error);
}

const BatchBuilder::Row* BatchBuilder::first_good() const {
    const auto good = std::find_if(rows_.begin(), rows_.end(), [](const Row& row) { return row.frame.sample >= 0; });
    return good == rows_.end() ? nullptr : &*good;
}

Status BatchBuilder::check_sizes() const {
    for (const Row& row : rows_) {
        if (row.error) return *row.error;
    }
    const Row* first = first_good();
    for (const Row& row : rows_) {
        if (row.frame.sample < 0 || row.shape == first->shape) continue;
        return invalid(
            "batch {} mixes sizes: sample '{}' is {}x{}x{} and sample '{}' is {}x{}x{} (channels, height, width); "
            "add Resize with [height, width], or Resize and CenterCrop, to the pipeline",
            index_, first->name, first->shape.channels, first->shape.height, first->shape.width, row.name,
            row.shape.channels, row.shape.height, row.shape.width);
    }
    return {};
}

// Annotations must fit the images and exist for all rows or for none.
Status BatchBuilder::check_annotations() const {
    const Row* first = first_good();
    for (const Row& row : rows_) {
        if (row.frame.sample < 0) continue;
        if (row.values.size() != first->values.size())
            return invalid(
                "sample '{}' has {} regression targets, sample '{}' has {}; all samples of a batch need the same "
                "number",
                first->name, first->values.size(), row.name, row.values.size());
        const bool has_mask = !row.mask.pixels.empty();
        if (has_mask == first->mask.pixels.empty())
            return invalid("only one of the samples '{}' and '{}' has a mask; in a batch all samples need one, or none",
                           first->name, row.name);
        if (has_mask && (row.mask.width != row.shape.width || row.mask.height != row.shape.height))
            return invalid("the mask of sample '{}' is {}x{}, its image {}x{}; put LoadMask right after LoadImage",
                           row.name, row.mask.width, row.mask.height, row.shape.width, row.shape.height);
    }
    return {};
}

void BatchBuilder::gather() {
    const Row* first = first_good();
    if (first == nullptr) return;
    if (first->shape != shape_) {  // a broken sample of another size came first
        shape_ = first->shape;
        memory_ = allocate_(rows_.size() * shape_.size() * element());
    }
    const std::size_t bytes = shape_.size() * element();
    auto* memory = static_cast<std::uint8_t*>(memory_.get());
    std::uint8_t* to = memory;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        if (rows_[i].frame.sample < 0) continue;
        const std::uint8_t* own = rows_[i].own.data();
        const std::uint8_t* from = own != nullptr ? own : memory + i * bytes;
        if (from != to) std::memmove(to, from, bytes);
        to += bytes;
    }
}

Result<Batch> BatchBuilder::finish(const Dataset& dataset) {
    GOETIA_TRY(check_sizes());
    GOETIA_TRY(check_annotations());
    gather();
    Batch batch;
    batch.epoch = epoch_;
    batch.index = index_;
    batch.channels = shape_.channels, batch.height = shape_.height, batch.width = shape_.width;
    batch.bytes = pixel_type_ == PixelType::kUInt8;
    if (const Normalization* normalization = normalization_; normalization != nullptr)
        batch.mean = normalization->mean, batch.deviation = normalization->deviation;
    batch.classes = static_cast<std::int64_t>(dataset.classes().size());
    for (Row& row : rows_) {
        if (row.skipped) batch.skipped.push_back(*std::move(row.skipped));
        if (row.frame.sample < 0) continue;
        ++batch.size;
        Truth& truth = batch.truth;
        truth.samples.push_back(row.frame.sample);
        truth.subjects.push_back(std::move(row.subject));
        truth.labels.push_back(row.label);
        truth.objects.push_back(std::move(row.instances));
        truth.values.insert(truth.values.end(), row.values.begin(), row.values.end());
        truth.masks.insert(truth.masks.end(), row.mask.pixels.begin(), row.mask.pixels.end());
        batch.frames.push_back(row.frame);
    }
    batch.memory = std::move(memory_);
    return batch;
}

}  // namespace goetia
