// What batches are made from: never changes once it is made, so all threads make rows from the same one.
#pragma once

#include "feeding/loading/batch_in_making.h"
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
    // The error: no epoch can begin at this batch.
    [[nodiscard]] Status check(std::int64_t first_batch) const;

    [[nodiscard]] std::shared_ptr<const EpochOrder> order(std::uint64_t epoch) const;
    [[nodiscard]] std::shared_ptr<BatchInMaking> begin(std::shared_ptr<const EpochOrder> order,
                                                       std::int64_t number) const;
    // Threads make rows at once, each its own. Whatever goes wrong is kept in the builder.
    void make_row(BatchInMaking& batch, std::int64_t row, Workspace& workspace) const;
    // Once every row arrived: the batch, or the error of its first row that has one.
    [[nodiscard]] Result<Batch> finish(BatchInMaking& batch) const;

  private:
    Status fill(BatchInMaking& batch, std::int64_t row, std::int64_t index, Workspace& workspace,
                const std::optional<SkippedSample>& passed_over = {}) const;
    [[nodiscard]] SkippedSample skipped(std::int64_t index, const Error& error) const;
};

}  // namespace goetia
