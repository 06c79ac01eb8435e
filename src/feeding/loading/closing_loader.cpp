#include "feeding/loading/closing_loader.h"

#include <utility>

#include "feeding/loading/loader.h"

namespace goetia {
namespace {

// Which of the two it is follows from the epoch alone, so resuming changes nothing.
class ClosingLoader final : public Loader {
  public:
    ClosingLoader(std::unique_ptr<Loader> before, std::unique_ptr<Loader> closing, std::uint64_t from)
        : before_(std::move(before)), closing_(std::move(closing)), from_(from), current_(before_.get()) {}

    Status start(std::uint64_t epoch, std::int64_t first_batch) override {
        current_ = epoch < from_ ? before_.get() : closing_.get();
        return current_->start(epoch, first_batch);
    }
    Result<std::optional<Batch>> next() override { return current_->next(); }
    [[nodiscard]] std::int64_t batches_per_epoch() const override { return current_->batches_per_epoch(); }
    [[nodiscard]] std::int64_t padded_per_epoch() const override { return current_->padded_per_epoch(); }
    [[nodiscard]] double seconds_waited() const override { return current_->seconds_waited(); }
    [[nodiscard]] LoaderCounts counts() const override {
        const LoaderCounts a = before_->counts(), b = closing_->counts();
        return {.images = a.images + b.images,
                .bytes_read = a.bytes_read + b.bytes_read,
                .bytes_decoded = a.bytes_decoded + b.bytes_decoded,
                .bytes_written = a.bytes_written + b.bytes_written};
    }

  private:
    std::unique_ptr<Loader> before_, closing_;
    std::uint64_t from_;
    Loader* current_;
};

}  // namespace

std::unique_ptr<Loader> make_closing_loader(std::unique_ptr<Loader> before, std::unique_ptr<Loader> closing,
                                            std::uint64_t from) {
    return std::make_unique<ClosingLoader>(std::move(before), std::move(closing), from);
}

}  // namespace goetia
