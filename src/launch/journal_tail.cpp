#include "launch/journal_tail.h"

#include "base/clock.h"

namespace goetia {
namespace {

constexpr double kTickSeconds = 0.1;

}  // namespace

JournalTail::JournalTail(std::filesystem::path file, LaunchObserver* observer)
    : file_(std::move(file)), observer_(observer) {}

std::optional<double> JournalTail::next() const { return observer_ == nullptr ? std::nullopt : std::optional(next_); }

Status JournalTail::follow() {
    if (observer_ == nullptr) return {};
    next_ = steady_seconds() + kTickSeconds;
    std::error_code code;
    if (!reader_ && std::filesystem::exists(file_, code)) {
        GOETIA_ASSIGN(reader_, JournalReader::open(file_));
    }
    while (reader_) {
        GOETIA_ASSIGN(const std::optional<Record> record, reader_->next());
        if (!record) break;
        observer_->on_record(*record);
    }
    observer_->on_tick();
    return {};
}

}  // namespace goetia
