// Whether a node was heard in each of the last twenty minutes' spans of 30 s. In memory only: after a start of the
// master the spans before it are not known.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

namespace goetia {

class Heartbeats {
  public:
    static constexpr int kSpans = 40;
    static constexpr double kSpanSeconds = 30;

    Heartbeats() = default;  // nothing is known before heard()
    explicit Heartbeats(double since) : first_(span_of(since)), newest_(first_) {}

    // Times are of a clock that never goes back.
    void heard(double at) {
        const std::int64_t span = span_of(at);
        if (first_ < 0) first_ = newest_ = span;
        const std::int64_t passed = span - newest_;
        if (passed > 0) heard_ = passed < kBits ? heard_ << static_cast<unsigned>(passed) : 0, newest_ = span;
        heard_ |= 1U;
    }

    // The oldest first; none: not known, or, of the last one, not over yet.
    [[nodiscard]] std::vector<std::optional<bool>> shown(double now) const {
        std::vector<std::optional<bool>> spans;
        const std::int64_t last = span_of(now);
        for (std::int64_t span = last - kSpans + 1; span <= last; ++span) {
            const bool is_known = first_ >= 0 && span >= first_, is_heard = is_known && was_heard(span);
            if (!is_known || (span == last && !is_heard)) spans.emplace_back();
            else spans.emplace_back(is_heard);
        }
        return spans;
    }

  private:
    static constexpr std::int64_t kBits = 64;
    static std::int64_t span_of(double at) { return static_cast<std::int64_t>(std::floor(at / kSpanSeconds)); }
    [[nodiscard]] bool was_heard(std::int64_t span) const {
        const std::int64_t ago = newest_ - span;
        return ago >= 0 && ago < kBits && ((heard_ >> static_cast<unsigned>(ago)) & 1U) != 0;
    }

    std::int64_t first_ = -1, newest_ = -1;  // spans: from where on they are known, and the last that was heard
    std::uint64_t heard_ = 0;                // bit i: the span i before `newest_`
};

}  // namespace goetia
