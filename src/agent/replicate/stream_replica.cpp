#include "agent/replicate/stream_replica.h"

#include <algorithm>

namespace goetia {
namespace {

constexpr std::int64_t kFirstBytes = 64 * 1024;  // sent along with the question: lost if the master is elsewhere

}  // namespace

void StreamReplica::local(std::int64_t length, bool ended) {
    if (length < here_) checked_ = false;  // the file lost its end
    here_ = length;
    ended_ = ended;
}

void StreamReplica::disconnected() {
    checked_ = false;
    refused_ = false;
}

std::optional<StreamAsk> StreamReplica::next(std::int64_t most) const {
    if (refused_) return std::nullopt;
    if (there_ > here_) return StreamAsk{generation_, there_, 0, true, true, false};
    const std::int64_t bytes = std::min(here_ - there_, checked_ ? most : std::min(most, kFirstBytes));
    const bool ends = ended_ && there_ + bytes == here_;
    if (checked_ && bytes == 0 && (!ends || ended_there_)) return std::nullopt;
    return StreamAsk{generation_, there_, bytes, !checked_, false, ends};
}

void StreamReplica::answer(const StreamAsk& ask, const AppendAnswer& answer) {
    switch (answer.outcome) {
        case AppendOutcome::kAppended: checked_ = true; break;
        case AppendOutcome::kElsewhere: checked_ = checked_ && !ask.check; break;
        case AppendOutcome::kParted: checked_ = true; break;
        case AppendOutcome::kRefused: refused_ = true; return;
        case AppendOutcome::kFull: return;
    }
    // Bytes that the master holds beyond an offset that was compared are those of an earlier request whose answer was
    // lost; beyond one that was not, they must be compared first.
    generation_ = answer.generation;
    there_ = answer.length;
    ended_there_ = answer.ended;
}

}  // namespace goetia
