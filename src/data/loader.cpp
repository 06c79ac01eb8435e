#include "data/loader.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "base/random.h"
#include "data/batch_builder.h"
#include "data/workspace.h"

namespace goetia {
namespace {

// This many unreadable samples in a row are no accident: the run ends whatever its policy says.
constexpr std::int64_t kBrokenInARow = 100;

// What every batch is made from: never changes once the loader is made.
struct Source {
    std::shared_ptr<const Dataset> dataset;
    std::shared_ptr<const Sampler> sampler;
    Pipeline pipeline;
    std::vector<std::shared_ptr<BatchTransform>> batch_transforms;
    LoaderOptions options;

    [[nodiscard]] std::int64_t batches() const {
        const std::int64_t rows =
            rank_size(sampler->size(), options.batch_size, options.rank, options.world, options.drop_last, options.pad);
        return (rows + options.batch_size - 1) / options.batch_size;
    }

    // One sample into its row. The error: it cannot be used. Exceptions of a user's transform (or of memory) end here.
    Status take(BatchBuilder& builder, std::int64_t row, std::int64_t index, std::uint64_t epoch, Workspace& workspace,
                const std::optional<SkippedSample>& passed_over = {}) const try {
        GOETIA_ASSIGN(Sample sample, dataset->sample(index));
        sample.batch = builder.index();
        const std::string name = sample.name;
        Status done = pipeline.begin(sample, options.seed, epoch, workspace, dataset.get());
        if (done) done = builder.fill(row, sample, passed_over);
        if (!done) return std::move(done).error().within(fmt::format("sample '{}'", name));
        return {};
    } catch (const std::exception& fault) {
        return failed("sample {} cannot be prepared: {}", index, fault.what());
    }

    void make_row(BatchBuilder& builder, std::int64_t row, const std::vector<std::int64_t>& order,
                  std::int64_t position, std::uint64_t epoch, Workspace& workspace) const;
    [[nodiscard]] Result<Batch> finish(BatchBuilder& builder) const;
};

SkippedSample skipped(const Dataset& dataset, std::int64_t index, const Error& error) {
    const Result<Sample> sample = dataset.sample(index);
    return {index, sample ? sample->name : std::to_string(index), error.message};
}

void Source::make_row(BatchBuilder& builder, std::int64_t row, const std::vector<std::int64_t>& order,
                      std::int64_t position, std::uint64_t epoch, Workspace& workspace) const try {
    const std::int64_t wanted = builder.wanted(row);
    Status taken = take(builder, row, wanted, epoch, workspace);
    if (taken) return;
    if (options.broken == BrokenSamplePolicy::kFail) {
        taken.error().message += "; mend it, or pass over such samples with training.broken_samples=skip";
        return builder.fail(row, std::move(taken).error());
    }
    SkippedSample passed_over = skipped(*dataset, wanted, taken.error());
    if (!options.pad) return builder.leave_out(row, std::move(passed_over));

    const auto count = static_cast<std::int64_t>(order.size());
    const std::int64_t tries = std::min(count, kBrokenInARow);
    for (std::int64_t step = 1; step < tries; ++step) {
        if (take(builder, row, order[static_cast<std::size_t>((position + step) % count)], epoch, workspace,
                 passed_over))
            return;
    }
    builder.fail(row, failed("{} samples in a row cannot be used, the first is '{}': {}; check the data set", tries,
                             passed_over.name, passed_over.reason));
} catch (const std::exception& fault) {
    builder.fail(row, failed("batch memory cannot be filled: {}", fault.what()));
}

Result<Batch> Source::finish(BatchBuilder& builder) const try {
    GOETIA_ASSIGN(Batch batch, builder.finish(*dataset));
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

// One epoch being read. Threads hold it by shared pointer: a new epoch simply replaces it.
struct Epoch {
    struct Pending {
        std::unique_ptr<BatchBuilder> builder;
        std::int64_t handed_out = 0;
        std::int64_t arrived = 0;
        std::optional<Result<Batch>> done;
    };

    Epoch(const Source& source, std::uint64_t number, std::int64_t first)
        : source(source), number(number), batches(source.batches()), next_out(first), next_in(first) {
        const LoaderOptions& options = source.options;
        order = rank_order(source.sampler->order(options.seed, number), options.batch_size, options.rank, options.world,
                           options.drop_last, options.pad)
                    .samples;
    }

    [[nodiscard]] std::unique_ptr<BatchBuilder> builder(std::int64_t batch) const {
        const std::int64_t size = source.options.batch_size;
        const auto from = static_cast<std::size_t>(batch * size);
        const auto count = std::min<std::size_t>(static_cast<std::size_t>(size), order.size() - from);
        return std::make_unique<BatchBuilder>(number, batch, std::span(order).subspan(from, count),
                                              source.options.allocate, source.options.numbers);
    }

    void make_row(BatchBuilder& builder, std::int64_t batch, std::int64_t row, Workspace& workspace) const {
        source.make_row(builder, row, order, batch * source.options.batch_size + row, number, workspace);
    }

    const Source& source;
    const std::uint64_t number;
    const std::int64_t batches;
    std::vector<std::int64_t> order;
    std::int64_t next_out;                    // the batch next() gives next
    std::int64_t next_in;                     // the batch whose rows are handed out at present
    std::map<std::int64_t, Pending> pending;  // next_out .. next_in, at most `ahead` of them
    std::optional<Error> error;               // once told, told again
};

class ThreadedLoader : public Loader {
  public:
    explicit ThreadedLoader(Source source) : source_(std::move(source)) {}

    ~ThreadedLoader() override {
        {
            const std::scoped_lock lock(mutex_);
            stopping_ = true;
        }
        work_.notify_all();
        threads_.clear();  // joins
    }

    Status start(std::uint64_t epoch, std::int64_t first_batch) override {
        const std::int64_t batches = source_.batches();
        if (source_.sampler->size() == 0) return invalid("the data set holds no sample");
        if (source_.options.drop_last && batches == 0) {
            return invalid(
                "the data set holds {} samples, fewer than one batch of {} on {} ranks; lower training.batch_size or "
                "keep the last batch",
                source_.sampler->size(), source_.options.batch_size, source_.options.world);
        }
        if (source_.options.numbers == BatchNumbers::kBytes && !source_.batch_transforms.empty()) {
            return invalid("batches of bytes cannot be mixed; remove the batch transforms or make batches of numbers");
        }
        if (first_batch < 0 || first_batch > batches)
            return invalid("cannot start at batch {}, an epoch holds {}", first_batch, batches);
        auto fresh = std::make_shared<Epoch>(source_, epoch, first_batch);
        {
            const std::scoped_lock lock(mutex_);
            epoch_ = std::move(fresh);
            waited_ = 0;
        }
        while (threads_.size() < static_cast<std::size_t>(source_.options.threads))
            threads_.emplace_back([this] { run(); });
        work_.notify_all();
        return {};
    }

    Result<std::optional<Batch>> next() override {
        if (!epoch_)
            return make_error(Code::kWrongState, "the loader was asked for a batch before its first epoch was started");
        const double begin = steady_seconds();
        auto batch = threads_.empty() ? make_here() : wait_for_next();
        waited_ += steady_seconds() - begin;
        return batch;
    }

    [[nodiscard]] std::int64_t batches_per_epoch() const override { return source_.batches(); }
    [[nodiscard]] std::int64_t padded_per_epoch() const override {
        const LoaderOptions& options = source_.options;
        if (!options.pad || options.drop_last) return 0;
        const std::int64_t size = source_.sampler->size();
        return rank_size(size, options.batch_size, 0, options.world, false) * options.world - size;
    }
    [[nodiscard]] double seconds_waited() const override { return waited_; }
    [[nodiscard]] LoaderCounts counts() const override {
        const std::scoped_lock lock(mutex_);
        return counts_;
    }

  private:
    Result<std::optional<Batch>> make_here() {
        Epoch& epoch = *epoch_;
        if (epoch.error) return *epoch.error;
        if (epoch.next_out == epoch.batches) return std::optional<Batch>{};
        const auto builder = epoch.builder(epoch.next_out);
        for (std::int64_t row = 0; row < builder->rows(); ++row)
            epoch.make_row(*builder, epoch.next_out, row, workspace_);
        count(builder->rows(), workspace_);
        return give(epoch, source_.finish(*builder));
    }

    Result<std::optional<Batch>> wait_for_next() {
        std::unique_lock lock(mutex_);
        Epoch& epoch = *epoch_;
        if (epoch.error) return *epoch.error;
        if (epoch.next_out == epoch.batches) return std::optional<Batch>{};
        ready_.wait(lock, [&] {
            const auto found = epoch.pending.find(epoch.next_out);
            return found != epoch.pending.end() && found->second.done;
        });
        Result<Batch> batch = *std::move(epoch.pending.at(epoch.next_out).done);
        epoch.pending.erase(epoch.next_out);
        auto given = give(epoch, std::move(batch));
        lock.unlock();
        work_.notify_all();  // there is room for one more batch
        return given;
    }

    static Result<std::optional<Batch>> give(Epoch& epoch, Result<Batch> batch) {
        if (!batch) {
            epoch.error = batch.error();
            return std::move(batch).error();
        }
        ++epoch.next_out;
        return std::optional<Batch>(std::move(batch).value());
    }

    // Whether a row may be handed out now: there are rows left, and room for the batch they belong to.
    [[nodiscard]] bool has_work() const {
        if (!epoch_ || epoch_->error || epoch_->next_in >= epoch_->batches) return false;
        return epoch_->next_in < epoch_->next_out + std::max(1, source_.options.ahead);
    }

    // A thread's life: take the next row in order, make it, and close the batch when it was the last to arrive.
    void run() {
        Workspace workspace;
        std::unique_lock lock(mutex_);
        for (;;) {
            work_.wait(lock, [this] { return stopping_ || has_work(); });
            if (stopping_) return;
            const std::shared_ptr<Epoch> epoch = epoch_;
            const std::int64_t number = epoch->next_in;
            Epoch::Pending& pending = epoch->pending[number];
            if (!pending.builder) pending.builder = epoch->builder(number);
            BatchBuilder& builder = *pending.builder;
            const std::int64_t row = pending.handed_out++;
            if (pending.handed_out == builder.rows()) ++epoch->next_in;

            lock.unlock();
            epoch->make_row(builder, number, row, workspace);
            lock.lock();
            count(1, workspace);

            if (++pending.arrived < builder.rows()) continue;
            lock.unlock();
            Result<Batch> batch = source_.finish(builder);
            lock.lock();
            pending.done = std::move(batch);
            ready_.notify_all();
        }
    }

    // What a workspace counted since the last time. Called by one thread, or under the lock.
    void count(std::int64_t images, Workspace& workspace) {
        counts_.images += images;
        counts_.bytes_read += std::exchange(workspace.bytes_read, 0);
        counts_.bytes_decoded += std::exchange(workspace.bytes_decoded, 0);
        counts_.bytes_written += std::exchange(workspace.bytes_written, 0);
    }

    const Source source_;
    mutable std::mutex mutex_;
    std::condition_variable work_;   // for the threads: rows to make, or the end
    std::condition_variable ready_;  // for next(): a batch is whole
    std::shared_ptr<Epoch> epoch_;
    bool stopping_ = false;
    double waited_ = 0;
    LoaderCounts counts_;
    Workspace workspace_;  // of the caller's thread, when there are no others
    std::vector<std::jthread> threads_;
};

}  // namespace

std::unique_ptr<Loader> make_loader(std::shared_ptr<const Dataset> dataset, std::shared_ptr<const Sampler> sampler,
                                    Pipeline pipeline, std::vector<std::shared_ptr<BatchTransform>> batch_transforms,
                                    LoaderOptions options) {
    if (!options.allocate) options.allocate = reused_memory(static_cast<std::size_t>(std::max(1, options.ahead)) + 2);
    return std::make_unique<ThreadedLoader>(Source{std::move(dataset), std::move(sampler), std::move(pipeline),
                                                   std::move(batch_transforms), std::move(options)});
}

}  // namespace goetia
