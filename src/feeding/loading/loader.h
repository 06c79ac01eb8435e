// Batches in exact order, whatever the number of threads. Memory comes from the caller, so learn/ can hand in pinned
// tensors and this room stays free of LibTorch.
//
// What a batch holds is a function of (data set, sampler, pipeline, seed, epoch, its number, rank, world) only:
// threads, resuming at a batch, and earlier epochs do not change a bit. The draws of a sample's transforms are keyed by
// the sample, so the union of N ranks' rows equals the rows of one process with the N-fold batch. Batch transforms
// (Mixup, CutMix) are keyed by the global batch: all ranks draw the same strength, but each pairs the rows of its own
// batch, so there the union's pairs differ from those of one process.
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

namespace goetia {

struct SkippedSample {
    std::int64_t index = 0;
    std::string name;
    std::string reason;
};

struct Batch {
    std::uint64_t epoch = 0;
    std::int64_t index = 0;  // within the epoch, of this rank
    std::int64_t size = 0;   // rows really filled
    std::int64_t channels = 0, height = 0, width = 0;
    std::int64_t classes = 0;
    std::shared_ptr<void> memory;  // size*channels*height*width numbers, NCHW: floats, or bytes with `bytes`
    bool bytes = false;            // levels 0 to 255; the numbers are (level / 255 - mean) / deviation
    std::array<float, 3> mean{0, 0, 0}, deviation{1, 1, 1};
    std::vector<std::int64_t> labels;
    std::vector<float> soft_targets;               // size*classes when a batch transform mixed labels, else empty
    std::vector<std::vector<Instance>> instances;  // of each row, in pixels of the batch's pictures
    std::vector<std::uint8_t> masks;               // size*height*width classes, 255 ignored; empty without LoadMask
    std::vector<double> values;                    // size*targets numbers to regress; empty when there are none
    std::vector<std::int64_t> samples;             // data set index of each row
    std::vector<SkippedSample> skipped;            // unreadable ones passed over while filling this batch

    [[nodiscard]] float* images() const { return static_cast<float*>(memory.get()); }
    [[nodiscard]] std::int64_t targets() const {
        return size == 0 ? 0 : static_cast<std::int64_t>(values.size()) / size;
    }
    [[nodiscard]] std::uint8_t* levels() const { return static_cast<std::uint8_t*>(memory.get()); }
};

// kFail: the first unreadable sample (in the epoch's order) is next()'s error. kSkip: it is reported in Batch::skipped;
// with `pad` (training) the next readable sample of this rank's epoch takes its row, so a batch keeps its size; without
// (evaluation) the row is left out, so no sample counts twice.
enum class BrokenSamplePolicy { kFail, kSkip };

// kBytes: a quarter of the memory to fill, move and copy to a device, which normalises. The pipeline must end in
// ToTensor and perhaps Normalize, and no batch transform can be used.
enum class BatchNumbers { kFloats, kBytes };

struct LoaderCounts {
    std::int64_t images = 0, bytes_read = 0, bytes_decoded = 0, bytes_written = 0;
};

struct LoaderOptions {
    std::int64_t batch_size = 1;  // per rank
    int threads = 0;              // 0: in the caller's thread
    std::uint64_t seed = 0;
    bool drop_last = false;  // drop an unfinished last batch
    bool pad = true;         // fill the last global batch up to equal rows on all ranks; false to evaluate
    BrokenSamplePolicy broken = BrokenSamplePolicy::kFail;
    BatchNumbers numbers = BatchNumbers::kFloats;
    int ahead = 4;  // batches prepared ahead at most (bounds the memory)
    int rank = 0;
    int world = 1;
    // 64-byte aligned memory, used again once the caller lets a batch go, unless the caller gives its own; called from
    // the loader's threads.
    std::function<std::shared_ptr<void>(std::size_t bytes)> allocate;
};

class Loader {
  public:
    virtual ~Loader() = default;

    // Begins `epoch` at its batch number `first_batch` (that is how a run is resumed at any step).
    virtual Status start(std::uint64_t epoch, std::int64_t first_batch = 0) = 0;
    // Empty at the epoch's end.
    virtual Result<std::optional<Batch>> next() = 0;
    [[nodiscard]] virtual std::int64_t batches_per_epoch() const = 0;
    // Samples that come a second time in an epoch, over all ranks, so that every rank has equally many.
    [[nodiscard]] virtual std::int64_t padded_per_epoch() const { return 0; }
    [[nodiscard]] virtual double seconds_waited() const = 0;  // the caller's time spent in next(), since start()
    // What was moved about so far, over all epochs.
    [[nodiscard]] virtual LoaderCounts counts() const { return {}; }
};

// The threads start with the first epoch and end with the loader, at any moment.
std::unique_ptr<Loader> make_loader(std::shared_ptr<const Dataset> dataset, std::shared_ptr<const Sampler> sampler,
                                    Pipeline pipeline, std::vector<std::shared_ptr<BatchTransform>> batch_transforms,
                                    LoaderOptions options);

}  // namespace goetia
