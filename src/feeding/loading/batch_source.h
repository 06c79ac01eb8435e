// What batches are built from. Immutable, so all threads share one.
#pragma once

#include "feeding/loading/pending_batch.h"
#include "imaging/workspace.h"

namespace goetia {

struct BatchSource {
    std::shared_ptr<const Dataset> dataset;
    std::shared_ptr<const Sampler> sampler;
    Pipeline pipeline;
    std::vector<std::shared_ptr<BatchTransform>> batch_transforms;
    LoaderOptions options;

    [[nodiscard]] std::int64_t batches() const;  // of an epoch
    [[nodiscard]] std::int64_t padded() const;   // see Loader::padded_per_epoch
    // An error when no epoch can begin at this batch.
    [[nodiscard]] Status check(std::int64_t first_batch) const;

    [[nodiscard]] std::shared_ptr<const EpochOrder> order(std::uint64_t epoch) const;
    [[nodiscard]] std::shared_ptr<PendingBatch> begin(std::shared_ptr<const EpochOrder> order,
                                                      std::int64_t number) const;
    // Thread-safe for different rows. Errors are kept in the builder.
    void build_row(PendingBatch& batch, std::int64_t row, Workspace& workspace) const;
    // Once every row is done: the batch, or the error of its first failed row.
    [[nodiscard]] Result<Batch> finish(PendingBatch& batch) const;

  private:
    Status fill(PendingBatch& batch, std::int64_t row, std::int64_t index, Workspace& workspace,
                const std::optional<SkippedSample>& skipped_sample = {}) const;
    [[nodiscard]] SkippedSample skipped(std::int64_t index, const Error& error) const;
};

}  // namespace goetia
