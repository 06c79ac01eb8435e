// What is answered from the columns.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/nearest.h"
#include "experiment/derived.h"
#include "master/series/series.h"

namespace goetia {
namespace {

// The points of several metrics by step, a block of each in memory.
class StepCursor {
  public:
    StepCursor(const ColumnFile& file, const MetricColumns& columns) : file_(file), columns_(columns) {}

    // False at the end.
    Result<bool> peek(SeriesRow& row) {
        if (at_ == block_.size()) {
            next_ += block_.size();
            at_ = 0;
            block_.resize(std::min<std::uint64_t>(256, columns_.count() - next_));
            if (block_.empty()) return false;
            GOETIA_TRY(columns_.read(file_, next_, block_));
        }
        row = block_[at_];
        return true;
    }
    void advance() { ++at_; }

  private:
    const ColumnFile& file_;
    const MetricColumns& columns_;
    std::vector<SeriesRow> block_;
    std::size_t at_ = 0;
    std::uint64_t next_ = 0;  // the first row of the block
};

void put_csv_number(std::string& text, double value) {
    char digits[32];
    if (std::isfinite(value)) text.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    else text += "nan";
}

}  // namespace

double Series::x_of(std::int64_t step, std::int64_t epoch, double time, CurveX x) const {
    switch (x) {
        case CurveX::kStep: return static_cast<double>(step);
        case CurveX::kEpoch: return static_cast<double>(epoch);
        case CurveX::kTime: return time;
        case CurveX::kRelative: return time - began_;
    }
    return 0;
}

Result<std::vector<Series::Metric*>> Series::chosen(const std::vector<std::string>& names,
                                                    std::vector<std::string>& found) {
    std::vector<std::string> known;
    for (MetricId id = 0; id < metrics_.size(); ++id) known.push_back(names_->name_of(id));
    std::vector<Metric*> metrics;
    for (const std::string& name : names.empty() ? known : names) {
        const auto at = std::ranges::find(known, name);
        if (at == known.end()) {
            const std::string near = nearest_name(name, known);
            return not_found("experiment '{}' has no metric '{}'{}", folder_.id(), name,
                             near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
        }
        metrics.push_back(&metrics_[static_cast<std::size_t>(at - known.begin())]);
        found.push_back(name);
    }
    return metrics;
}

Result<std::vector<Curve>> Series::curves(const CurveQuery& query) {
    if (query.points < 2 || query.points > kMostBuckets)
        return invalid("{} points were asked for; allowed are 2 to {}", query.points, kMostBuckets);
    GOETIA_TRY(update());
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    GOETIA_ASSIGN(const std::vector<Metric*> metrics, chosen(query.names, names));
    std::vector<Curve> curves;
    for (std::size_t i = 0; i < metrics.size(); ++i) {
        GOETIA_ASSIGN(Curve one, curve(*metrics[i], query));
        one.name = names[i];
        curves.push_back(std::move(one));
    }
    return curves;
}

// Buckets have equal numbers of points. Where they are long, their ends are moved to those of nodes, by less than a
// sixteenth of a bucket, so that a handful of nodes is all that is read.
Result<Curve> Series::curve(const Metric& metric, const CurveQuery& query) const {
    const MetricColumns& columns = metric.columns;
    const auto x = [&](const SeriesRow& row) { return x_of(row.step, row.epoch, row.time, query.x); };
    std::uint64_t first = 0, last = columns.count();
    if (query.from) {
        GOETIA_ASSIGN(first, columns.find(file_, [&](const SeriesRow& row) { return x(row) < *query.from; }));
    }
    if (query.to) {
        GOETIA_ASSIGN(last, columns.find(file_, [&](const SeriesRow& row) { return x(row) <= *query.to; }));
    }
    Curve curve;
    curve.count = last > first ? last - first : 0;
    curve.is_raw = curve.count <= query.points;
    if (curve.is_raw) {
        std::vector<SeriesRow> rows(curve.count);
        GOETIA_TRY(columns.read(file_, first, rows));
        for (const SeriesRow& row : rows) curve.x.push_back(x(row)), curve.last.push_back(row.value);
        return curve;
    }
    std::uint64_t unit = 1;
    while (curve.count / query.points >= 8 * unit * MetricColumns::kFan) unit *= MetricColumns::kFan;
    std::uint64_t begin = first;
    for (std::uint64_t i = 1; i <= query.points; ++i) {
        // Without an overflow: count * i fits for 10^14 points.
        std::uint64_t end = first + curve.count * i / query.points;
        if (i < query.points) end = std::max((end + unit / 2) / unit * unit, begin + 1);
        GOETIA_ASSIGN(const SeriesNode node, columns.summary(file_, begin, end));
        curve.x.push_back(x_of(node.step, node.epoch, node.time, query.x));
        curve.min.push_back(node.min), curve.max.push_back(node.max), curve.last.push_back(node.last);
        begin = end;
    }
    return curve;
}

Result<std::vector<SeriesMetric>> Series::metrics() {
    GOETIA_TRY(update());
    const std::lock_guard lock(mutex_);
    std::vector<SeriesMetric> all;
    for (MetricId id = 0; id < metrics_.size(); ++id) {
        const MetricColumns& columns = metrics_[id].columns;
        SeriesMetric one{.name = names_->name_of(id), .points = columns.count()};
        if (columns.count() == 0) continue;  // all of it is hidden by a resumed attempt
        GOETIA_TRY(columns.read(file_, columns.count() - 1, {&one.last, 1}));
        GOETIA_ASSIGN(const SeriesNode all_points, columns.summary(file_, 0, columns.count()));
        one.min = all_points.min, one.max = all_points.max;
        all.push_back(std::move(one));
    }
    return all;
}

Status Series::write_csv(const std::vector<std::string>& names, const std::function<Status(std::string_view)>& write) {
    GOETIA_TRY(update());
    const std::lock_guard lock(mutex_);
    std::vector<std::string> found;
    GOETIA_ASSIGN(const std::vector<Metric*> metrics, chosen(names, found));
    std::string text = "step,epoch,time";
    for (const std::string& name : found) text += "," + csv_field(name);
    text += "\r\n";
    std::vector<StepCursor> cursors;
    for (const Metric* metric : metrics) cursors.emplace_back(file_, metric->columns);
    std::vector<std::optional<SeriesRow>> rows(cursors.size());
    for (;;) {
        std::optional<SeriesRow> nearest;
        for (std::size_t i = 0; i < cursors.size(); ++i) {
            SeriesRow row;
            GOETIA_ASSIGN(const bool is_there, cursors[i].peek(row));
            rows[i] = is_there ? std::optional(row) : std::nullopt;
            if (is_there && (!nearest || row.step < nearest->step)) nearest = row;
        }
        if (!nearest) break;
        text += fmt::format("{},{},", nearest->step, nearest->epoch);
        put_csv_number(text, nearest->time);
        for (std::size_t i = 0; i < cursors.size(); ++i) {
            text += ',';
            if (!rows[i] || rows[i]->step != nearest->step) continue;
            put_csv_number(text, rows[i]->value);
            cursors[i].advance();
        }
        text += "\r\n";
        if (text.size() < 1 << 16) continue;
        GOETIA_TRY(write(text));
        text.clear();
    }
    return write(text);
}

}  // namespace goetia
