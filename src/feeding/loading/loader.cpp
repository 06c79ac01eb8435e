#include "feeding/loading/loader.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "base/clock.h"
#include "feeding/loading/batch_source.h"
#include "feeding/loading/row_queues.h"
#include "feeding/loading/row_workers.h"

namespace goetia {
namespace {

// The caller's side: queues up to `ahead` batches and returns them in the same order. The rest is done by the queues
// and the threads.
class OrderedLoader : public Loader {
  public:
    explicit OrderedLoader(BatchSource source)
        : source_(std::move(source)),
          threads_(static_cast<std::size_t>(std::max(0, source_.options.threads))),
          ahead_(threads_ == 0 ? 1 : std::max(1, source_.options.ahead)),
          queues_(std::max<std::size_t>(1, threads_)),
          workers_(source_, queues_, threads_) {}

    Status start(std::uint64_t epoch, std::int64_t first_batch) override {
        GOETIA_TRY(source_.check(first_batch));
        abandon_epoch();
        order_ = source_.order(epoch);
        next_dealt_ = first_batch;
        error_.reset();
        waited_ = 0;
        for (int i = 0; i < ahead_; ++i) deal_next();
        workers_.start();
        return {};
    }

    Result<std::optional<Batch>> next() override {
        if (!order_) return make_error(Code::kWrongState, "next() was called before the first epoch was started");
        if (error_) return *error_;
        if (dealt_.empty()) return std::optional<Batch>{};
        const double begin = steady_seconds();
        if (threads_ == 0) workers_.build_here();
        Result<Batch> batch = dealt_.front()->result.get_future().get();
        waited_ += steady_seconds() - begin;
        dealt_.pop_front();
        if (!batch) {
            abandon_epoch();
            error_ = batch.error();
            return std::move(batch).error();
        }
        deal_next();
        return std::optional<Batch>(std::move(batch).value());
    }

    [[nodiscard]] std::int64_t batches_per_epoch() const override { return source_.batches(); }
    [[nodiscard]] std::int64_t padded_per_epoch() const override { return source_.padded(); }
    [[nodiscard]] double seconds_waited() const override { return waited_; }
    [[nodiscard]] LoaderCounts counts() const override { return workers_.counts(); }

  private:
    void deal_next() {
        if (next_dealt_ == source_.batches()) return;
        dealt_.push_back(source_.begin(order_, next_dealt_++));
        queues_.deal(dealt_.back());
    }

    // Rows in progress finish in batches that nobody waits for.
    void abandon_epoch() {
        queues_.drop();
        dealt_.clear();
    }

    const BatchSource source_;
    const std::size_t threads_;
    const int ahead_;
    RowQueues queues_;
    std::shared_ptr<const EpochOrder> order_;          // of the current epoch
    std::int64_t next_dealt_ = 0;                      // the next batch to queue
    std::deque<std::shared_ptr<PendingBatch>> dealt_;  // queued but not yet returned, in order
    std::optional<Error> error_;                       // sticky
    double waited_ = 0;
    RowWorkers workers_;  // last: its threads use all of the above
};

}  // namespace

std::vector<std::int64_t> Batch::samples() const {
    std::vector<std::int64_t> numbers;
    for (const Frame& frame : frames) numbers.push_back(frame.sample);
    return numbers;
}

std::unique_ptr<Loader> make_loader(std::shared_ptr<const Dataset> dataset, std::shared_ptr<const Sampler> sampler,
                                    Pipeline pipeline, std::vector<std::shared_ptr<BatchTransform>> batch_transforms,
                                    LoaderOptions options) {
    if (!options.allocate) options.allocate = reused_memory(static_cast<std::size_t>(std::max(1, options.ahead)) + 2);
    return std::make_unique<OrderedLoader>(BatchSource{std::move(dataset), std::move(sampler), std::move(pipeline),
                                                       std::move(batch_transforms), std::move(options)});
}

}  // namespace goetia
