#include "feeding/loading/batch_source.h"

#include <algorithm>
#include <utility>

#include "base/random.h"

namespace goetia {
namespace {

// So many broken samples in a row are no accident: an error under either policy.
constexpr std::int64_t kMaxBrokenInARow = 100;

}  // namespace

std::int64_t BatchSource::batches() const {
    const std::int64_t rows =
        rank_size(sampler->size(), options.batch_size, options.rank, options.world, options.drop_last, options.pad);
    return (rows + options.batch_size - 1) / options.batch_size;
}

std::int64_t BatchSource::padded() const {
    if (!options.pad || options.drop_last) return 0;
    const std::int64_t size = sampler->size();
    return rank_size(size, options.batch_size, 0, options.world, false) * options.world - size;
}

Status BatchSource::check(std::int64_t first_batch) const {
    const std::int64_t count = batches();
    if (sampler->size() == 0) return invalid("the data set holds no samples");
    if (options.drop_last && count == 0)
        return invalid(
            "the data set holds {} samples, fewer than one batch of {} on {} ranks; lower training.batch_size or "
            "keep the last batch",
            sampler->size(), options.batch_size, options.world);
    if (options.pixel_type == PixelType::kUInt8 && !batch_transforms.empty())
        return invalid("batches of bytes cannot be mixed; remove the batch transforms or use batches of floats");
    if (first_batch < 0 || first_batch > count)
        return invalid("cannot start at batch {}, an epoch holds {}", first_batch, count);
    return {};
}

std::shared_ptr<const EpochOrder> BatchSource::order(std::uint64_t epoch) const {
    RankOrder mine = rank_order(sampler->order(options.seed, epoch), options.batch_size, options.rank, options.world,
                                options.drop_last, options.pad);
    return std::make_shared<EpochOrder>(EpochOrder{epoch, std::move(mine.samples)});
}

std::shared_ptr<PendingBatch> BatchSource::begin(std::shared_ptr<const EpochOrder> order, std::int64_t number) const {
    const auto size = static_cast<std::size_t>(options.batch_size), first = static_cast<std::size_t>(number) * size;
    const std::size_t count = std::min(size, order->samples.size() - first);
    return std::make_shared<PendingBatch>(std::move(order), number, first, count, options.allocate, options.pixel_type);
}

// Fills a row with one sample. An error: the sample cannot be used. Catches exceptions of user transforms and of
// memory.
Status BatchSource::fill(PendingBatch& batch, std::int64_t row, std::int64_t index, Workspace& workspace,
                         const std::optional<SkippedSample>& skipped_sample) const try {
    GOETIA_ASSIGN(Sample sample, dataset->sample(index));
    sample.batch = batch.builder.index();
    const std::string name = sample.name;
    Status done = pipeline.begin(sample, options.seed, batch.order->epoch, workspace, dataset.get());
    if (done) done = batch.builder.fill(row, sample, skipped_sample);
    if (!done) return std::move(done).error().within(fmt::format("sample '{}'", name));
    return {};
} catch (const std::exception& fault) {
    return failed("sample {} cannot be prepared: {}", index, fault.what());
}

SkippedSample BatchSource::skipped(std::int64_t index, const Error& error) const {
    const Result<Sample> sample = dataset->sample(index);
    return {index, sample ? sample->name : std::to_string(index), error.message};
}

void BatchSource::build_row(PendingBatch& batch, std::int64_t row, Workspace& workspace) const try {
    const std::int64_t requested = batch.builder.requested(row);
    Status filled = fill(batch, row, requested, workspace);
    if (filled) return;
    if (options.broken == BrokenSamplePolicy::kFail) {
        filled.error().message += "; fix it, or skip such samples with training.broken_samples=skip";
        return batch.builder.fail(row, std::move(filled).error());
    }
    SkippedSample skipped_sample = skipped(requested, filled.error());
    if (!options.pad) return batch.builder.skip_row(row, std::move(skipped_sample));

    const std::vector<std::int64_t>& samples = batch.order->samples;
    const auto count = static_cast<std::int64_t>(samples.size());
    const std::int64_t tries = std::min(count, kMaxBrokenInARow);
    for (std::int64_t step = 1; step < tries; ++step) {
        const std::int64_t other = samples[static_cast<std::size_t>((batch.first + row + step) % count)];
        if (fill(batch, row, other, workspace, skipped_sample)) return;
    }
    batch.builder.fail(row, failed("{} samples in a row cannot be used, the first is '{}': {}; check the data set",
                                   tries, skipped_sample.name, skipped_sample.reason));
} catch (const std::exception& fault) {
    batch.builder.fail(row, failed("batch memory cannot be filled: {}", fault.what()));
}

Result<Batch> BatchSource::finish(PendingBatch& pending) const try {
    GOETIA_ASSIGN(Batch batch, pending.builder.finish(*dataset));
    for (std::size_t i = 0; i < batch_transforms.size() && batch.size > 0; ++i) {
        Random random({.seed = options.seed,
                       .epoch = batch.epoch,
                       .sample = static_cast<std::uint64_t>(batch.index),
                       .purpose = purpose(fmt::format("batch_augments[{}]", i))});
        Status done = batch_transforms[i]->apply(batch, random);
        if (!done) return std::move(done).error().within(fmt::format("batch_augments[{}]", i));
    }
    return batch;
} catch (const std::exception& fault) {
    return failed("a batch cannot be prepared: {}", fault.what());
}

}  // namespace goetia
