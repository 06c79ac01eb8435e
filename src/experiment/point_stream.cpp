#include "experiment/point_stream.h"

#include <algorithm>

namespace goetia {

void PointLedger::add_attempt(int attempt, std::int64_t resumed_from_step) {
    if (!limits_.empty()) {
        for (auto& [earlier, limit] : limits_) limit = std::min(limit, resumed_from_step);
        for (Last& last : last_) last.step = std::min(last.step, resumed_from_step);
        std::erase_if(repeated_, [&](const auto& entry) { return entry.first.step > resumed_from_step; });
        newest_step_ = std::min(newest_step_, resumed_from_step);
    }
    limits_.emplace_back(attempt, std::numeric_limits<std::int64_t>::max());
    end_step();
}

bool PointLedger::add(const JournaledPoint& point) {
    if (last_.size() <= point.metric) last_.resize(point.metric + 1);
    if (point.step != step_) end_step();
    Last& last = last_[point.metric];
    const bool in_this_run = last.run == run_;
    const bool repeated = point.step <= last.step;
    const Origin origin{point.attempt, point.sequence};
    if (repeated && !in_this_run) repeated_[{point.metric, point.step}] = origin;
    if (in_this_run && !repeated_.empty()) {
        if (const auto known = repeated_.find({point.metric, point.step}); known != repeated_.end())
            known->second = origin;
    }
    last = {std::max(last.step, point.step), run_};
    newest_step_ = std::max(newest_step_, point.step);
    step_ = point.step;
    return !repeated || in_this_run;
}

bool PointLedger::counts(const JournaledPoint& point) const {
    // Newest first: nearly all points belong to the last attempt.
    const auto limit =
        std::find_if(limits_.rbegin(), limits_.rend(), [&](const auto& one) { return one.first == point.attempt; });
    if (limit != limits_.rend() && point.step > limit->second) return false;
    if (repeated_.empty()) return true;
    const auto last = repeated_.find({point.metric, point.step});
    return last == repeated_.end() || last->second == Origin{point.attempt, point.sequence};
}

// The first pass.
class PointStream::FirstPass final : public JournalVisitor {
  public:
    explicit FirstPass(PointLedger& ledger) : ledger_(ledger) {}
    [[nodiscard]] bool accepts(RecordType type) const override {
        return type == RecordType::kAttempt || type == RecordType::kPoint;
    }
    void on_attempt(const AttemptRecord& attempt, const JournalPosition& at) override {
        ledger_.add_attempt(at.attempt, attempt.resumed_from_step);
    }
    void on_point(const JournaledPoint& point) override { ledger_.add(point); }

  private:
    PointLedger& ledger_;
};

// The second pass, which then continues with new records.
class PointStream::SecondPass final : public HistoryBuilder {
  public:
    SecondPass(const ExperimentFolder& folder, PointSink& sink)
        : names_(std::make_shared<MetricNames>()), follower_(folder, names_), sink_(sink) {}

    Status begin(const ExperimentFolder& folder) {
        JournalFollower first(folder, names_);
        FirstPass first_pass(ledger_);
        GOETIA_TRY(first.update(first_pass));
        ledger_.end_step();
        first_pass_end_ = first.position();
        sink_.on_restart();
        return {};
    }

    Status update() {
        Status read = follower_.update(*this);
        end_step();
        return read;
    }

    void on_attempt(const AttemptRecord& attempt, const JournalPosition& at) override {
        if (!was_in_first_pass(at.attempt, at.sequence)) {
            invalidated_ =
                invalidated_ || (!history().attempts.empty() && attempt.resumed_from_step < ledger_.newest_step());
            ledger_.add_attempt(at.attempt, attempt.resumed_from_step);
        }
        HistoryBuilder::on_attempt(attempt, at);
    }

    void on_point(const JournaledPoint& point) override {
        if (was_in_first_pass(point.attempt, point.sequence)) {
            if (!ledger_.counts(point)) return;
        } else if (!ledger_.add(point)) {
            invalidated_ = true;
        }
        HistoryBuilder::on_point(point);
        // The points of a step are buffered: if one is written twice, the second counts.
        if (!step_points_.empty() && step_points_.front().step != point.step) flush_step();
        std::erase_if(step_points_, [&](const JournaledPoint& old) { return old.metric == point.metric; });
        step_points_.push_back(point);
    }

    [[nodiscard]] bool invalidated() const { return invalidated_; }
    [[nodiscard]] JournalPosition position() const { return follower_.position(); }
    [[nodiscard]] std::uint64_t passed_on() const { return passed_on_; }

  private:
    [[nodiscard]] bool was_in_first_pass(int attempt, std::uint64_t sequence) const {
        return attempt < first_pass_end_.attempt ||
               (attempt == first_pass_end_.attempt && sequence < first_pass_end_.sequence);
    }

    void flush_step() {
        for (const JournaledPoint& point : step_points_) sink_.on_point(point);
        passed_on_ += step_points_.size();
        step_points_.clear();
    }

    void end_step() {
        flush_step();
        ledger_.end_step();
    }

    std::shared_ptr<MetricNames> names_;
    JournalFollower follower_;
    PointSink& sink_;
    PointLedger ledger_;
    JournalPosition first_pass_end_;
    std::vector<JournaledPoint> step_points_;  // of the newest step
    std::uint64_t passed_on_ = 0;
    bool invalidated_ = false;
};

PointStream::PointStream(ExperimentFolder folder, PointSink& sink) : folder_(std::move(folder)), sink_(sink) {}
PointStream::~PointStream() = default;

const RunHistory& PointStream::history() const {
    static const RunHistory kNone;
    return second_pass_ ? second_pass_->history() : kNone;
}

JournalPosition PointStream::position() const { return second_pass_ ? second_pass_->position() : JournalPosition(); }

std::uint64_t PointStream::points() const { return second_pass_ ? second_pass_->passed_on() : 0; }

Status PointStream::update() {
    do {
        if (!second_pass_ || second_pass_->invalidated()) {
            second_pass_ = std::make_unique<SecondPass>(folder_, sink_);
            if (Status begun = second_pass_->begin(folder_); !begun) {
                second_pass_.reset();
                return begun;
            }
        }
        GOETIA_TRY(second_pass_->update());
    } while (second_pass_->invalidated());
    return {};
}

}  // namespace goetia
