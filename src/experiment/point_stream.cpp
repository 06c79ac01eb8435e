#include "experiment/point_stream.h"

#include <algorithm>

namespace goetia {

void PointLedger::add_attempt(int attempt, std::int64_t resumed_from_step) {
    if (!limits_.empty()) {
        for (auto& [earlier, limit] : limits_) limit = std::min(limit, resumed_from_step);
        for (Last& last : last_) last.step = std::min(last.step, resumed_from_step);
        std::erase_if(again_, [&](const auto& said) { return said.first.step > resumed_from_step; });
        newest_step_ = std::min(newest_step_, resumed_from_step);
    }
    limits_.emplace_back(attempt, std::numeric_limits<std::int64_t>::max());
    end_step();
}

bool PointLedger::add(const SeenPoint& point) {
    if (last_.size() <= point.metric) last_.resize(point.metric + 1);
    if (point.step != step_) end_step();
    Last& last = last_[point.metric];
    const bool in_this_run = last.run == run_;
    const bool said_before = point.step <= last.step;
    const Saying saying{point.attempt, point.sequence};
    if (said_before && !in_this_run) again_[{point.metric, point.step}] = saying;
    if (in_this_run && !again_.empty()) {
        if (const auto known = again_.find({point.metric, point.step}); known != again_.end()) known->second = saying;
    }
    last = {std::max(last.step, point.step), run_};
    newest_step_ = std::max(newest_step_, point.step);
    step_ = point.step;
    return !said_before || in_this_run;
}

bool PointLedger::counts(const SeenPoint& point) const {
    // Newest first: nearly all points are of the attempt that is looked at last.
    const auto limit =
        std::find_if(limits_.rbegin(), limits_.rend(), [&](const auto& one) { return one.first == point.attempt; });
    if (limit != limits_.rend() && point.step > limit->second) return false;
    if (again_.empty()) return true;
    const auto last = again_.find({point.metric, point.step});
    return last == again_.end() || last->second == Saying{point.attempt, point.sequence};
}

// The first pass.
class PointStream::Survey final : public JournalVisitor {
  public:
    explicit Survey(PointLedger& ledger) : ledger_(ledger) {}
    [[nodiscard]] bool wants(RecordType type) const override {
        return type == RecordType::kAttempt || type == RecordType::kPoint;
    }
    void on_attempt(const AttemptRecord& attempt, const JournalPosition& at) override {
        ledger_.add_attempt(at.attempt, attempt.resumed_from_step);
    }
    void on_point(const SeenPoint& point) override { ledger_.add(point); }

  private:
    PointLedger& ledger_;
};

// The second pass, and what comes after it.
class PointStream::Story final : public HistoryBuilder {
  public:
    Story(const ExperimentFolder& folder, PointSink& sink)
        : names_(std::make_shared<MetricNames>()), follower_(folder, names_), sink_(sink) {}

    Status begin(const ExperimentFolder& folder) {
        JournalFollower first(folder, names_);
        Survey survey(ledger_);
        GOETIA_TRY(first.update(survey));
        ledger_.end_step();
        surveyed_ = first.position();
        sink_.on_restart();
        return {};
    }

    Status update() {
        Status read = follower_.update(*this);
        end_step();
        return read;
    }

    void on_attempt(const AttemptRecord& attempt, const JournalPosition& at) override {
        if (!is_surveyed(at.attempt, at.sequence)) {
            taken_back_ =
                taken_back_ || (!history().attempts.empty() && attempt.resumed_from_step < ledger_.newest_step());
            ledger_.add_attempt(at.attempt, attempt.resumed_from_step);
        }
        HistoryBuilder::on_attempt(attempt, at);
    }

    void on_point(const SeenPoint& point) override {
        if (is_surveyed(point.attempt, point.sequence)) {
            if (!ledger_.counts(point)) return;
        } else if (!ledger_.add(point)) {
            taken_back_ = true;
        }
        HistoryBuilder::on_point(point);
        // The points of one step wait for each other: one that is said twice counts the second time.
        if (!waiting_.empty() && waiting_.front().step != point.step) hand_on_waiting();
        std::erase_if(waiting_, [&](const SeenPoint& old) { return old.metric == point.metric; });
        waiting_.push_back(point);
    }

    [[nodiscard]] bool taken_back() const { return taken_back_; }
    [[nodiscard]] JournalPosition position() const { return follower_.position(); }
    [[nodiscard]] std::uint64_t handed_on() const { return handed_on_; }

  private:
    [[nodiscard]] bool is_surveyed(int attempt, std::uint64_t sequence) const {
        return attempt < surveyed_.attempt || (attempt == surveyed_.attempt && sequence < surveyed_.sequence);
    }

    void hand_on_waiting() {
        for (const SeenPoint& point : waiting_) sink_.on_point(point);
        handed_on_ += waiting_.size();
        waiting_.clear();
    }

    void end_step() {
        hand_on_waiting();
        ledger_.end_step();
    }

    std::shared_ptr<MetricNames> names_;
    JournalFollower follower_;
    PointSink& sink_;
    PointLedger ledger_;
    JournalPosition surveyed_;
    std::vector<SeenPoint> waiting_;  // of the newest step
    std::uint64_t handed_on_ = 0;
    bool taken_back_ = false;
};

PointStream::PointStream(ExperimentFolder folder, PointSink& sink) : folder_(std::move(folder)), sink_(sink) {}
PointStream::~PointStream() = default;

const RunHistory& PointStream::history() const {
    static const RunHistory kNone;
    return story_ ? story_->history() : kNone;
}

JournalPosition PointStream::position() const { return story_ ? story_->position() : JournalPosition(); }

std::uint64_t PointStream::points() const { return story_ ? story_->handed_on() : 0; }

Status PointStream::update() {
    do {
        if (!story_ || story_->taken_back()) {
            story_ = std::make_unique<Story>(folder_, sink_);
            if (Status begun = story_->begin(folder_); !begun) {
                story_.reset();
                return begun;
            }
        }
        GOETIA_TRY(story_->update());
    } while (story_->taken_back());
    return {};
}

}  // namespace goetia
