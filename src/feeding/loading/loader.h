// Loads batches in a fixed order, whatever the number of threads. Memory comes from the caller, so learn/ can pass
// pinned tensors and this room stays free of LibTorch.
//
// A batch depends only on (data set, sampler, pipeline, seed, epoch, its number, rank, world): threads, resuming and
// earlier epochs do not change a bit. Random draws are keyed by sample, so the union of N ranks' rows equals the rows
// of one process with an N-fold batch. Batch transforms (Mixup, CutMix) are keyed by global batch: all ranks draw the
// same strength, but each pairs the rows of its own batch, so the pairs differ from those of one process.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/stop.h"
#include "datasets/dataset.h"
#include "feeding/sampler.h"
#include "feeding/transform.h"
#include "imaging/truth.h"

namespace goetia {

struct SkippedSample {
    std::int64_t index = 0;
    std::string name;
    std::string reason;
};

struct Batch {
    std::uint64_t epoch = 0;
    std::int64_t index = 0;  // within the epoch, of this rank
    std::int64_t size = 0;   // rows
    std::int64_t channels = 0, height = 0, width = 0;
    std::int64_t classes = 0;
    std::shared_ptr<void> memory;  // size*channels*height*width pixels, NCHW: floats, or bytes with `bytes`
    bool bytes = false;            // the model's input is then (byte / 255 - mean) / deviation
    std::array<float, 3> mean{0, 0, 0}, deviation{1, 1, 1};
    Truth truth;                         // of each row, in the batch's pixels
    std::vector<Frame> frames;           // where each row comes from
    std::vector<SkippedSample> skipped;  // broken samples skipped while filling this batch

    [[nodiscard]] float* images() const { return static_cast<float*>(memory.get()); }
    [[nodiscard]] std::int64_t targets() const {
        return size == 0 ? 0 : static_cast<std::int64_t>(truth.values.size()) / size;
    }
    [[nodiscard]] std::vector<std::int64_t> samples() const;  // data set index of each row
    [[nodiscard]] std::uint8_t* byte_images() const { return static_cast<std::uint8_t*>(memory.get()); }
};

// kFail: the first broken sample (in the epoch's order) is next()'s error. kSkip: it is reported in Batch::skipped;
// with `pad` (training) the next readable sample of this rank's epoch takes its row, so that batches keep their size;
// without (evaluation) the row is dropped, so that no sample counts twice.
enum class BrokenSamplePolicy { kFail, kSkip };

// kUInt8: a quarter of the memory to fill and copy to a device, which then normalises. The pipeline must end in
// ToTensor and optionally Normalize; batch transforms cannot be used.
enum class PixelType { kFloat32, kUInt8 };

struct LoaderCounts {
    std::int64_t images = 0, bytes_read = 0, bytes_decoded = 0, bytes_written = 0;
};

struct LoaderOptions {
    std::int64_t batch_size = 1;  // per rank
    int threads = 0;              // 0: in the caller's thread
    std::uint64_t seed = 0;
    bool drop_last = false;  // drop an incomplete last batch
    bool pad = true;         // pad the last global batch to equal rows on all ranks; false to evaluate
    BrokenSamplePolicy broken = BrokenSamplePolicy::kFail;
    PixelType pixel_type = PixelType::kFloat32;
    int ahead = 4;  // the most batches prepared in advance (bounds the memory)
    int rank = 0;
    int world = 1;
    // Allocates 64-byte aligned memory; called from the loader's threads. Default: a pool that reuses the memory of
    // released batches.
    std::function<std::shared_ptr<void>(std::size_t bytes)> allocate;
};

class Loader {
  public:
    virtual ~Loader() = default;

    // Begins `epoch` at batch `first_batch`, so that a run can resume at any step.
    virtual Status start(std::uint64_t epoch, std::int64_t first_batch = 0) = 0;
    // Empty at the epoch's end.
    virtual Result<std::optional<Batch>> next() = 0;
    [[nodiscard]] virtual std::int64_t batches_per_epoch() const = 0;
    // The number of samples repeated in an epoch, over all ranks, to give every rank equally many.
    [[nodiscard]] virtual std::int64_t padded_per_epoch() const { return 0; }
    [[nodiscard]] virtual double seconds_waited() const = 0;  // the caller's time spent in next(), since start()
    // Totals over all epochs so far.
    [[nodiscard]] virtual LoaderCounts counts() const { return {}; }
};

// The threads start with the first epoch. The loader may be destroyed at any moment.
std::unique_ptr<Loader> make_loader(std::shared_ptr<const Dataset> dataset, std::shared_ptr<const Sampler> sampler,
                                    Pipeline pipeline, std::vector<std::shared_ptr<BatchTransform>> batch_transforms,
                                    LoaderOptions options);

}  // namespace goetia
