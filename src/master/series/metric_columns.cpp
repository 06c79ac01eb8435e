#include "master/series/metric_columns.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace goetia {
namespace {

constexpr std::size_t kRowsAtOnce = 1024;

// Strictly rising steps; of points with one step the last counts.
void sort_by_step(std::vector<SeriesRow>& points) {
    const auto is_not_before = [](const SeriesRow& a, const SeriesRow& b) { return a.step >= b.step; };
    if (std::ranges::adjacent_find(points, is_not_before) == points.end()) return;
    std::ranges::stable_sort(points, {}, &SeriesRow::step);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (i + 1 < points.size() && points[i + 1].step == points[i].step) continue;
        points[kept++] = points[i];
    }
    points.resize(kept);
}

}  // namespace

void SeriesNode::add(const SeriesNode& next) {
    min = std::isnan(min) || next.min < min ? next.min : min;
    max = std::isnan(max) || next.max > max ? next.max : max;
    last = next.last, time = next.time, step = next.step, epoch = next.epoch;
}

SeriesNode SeriesNode::of(const SeriesRow& row) {
    return {
        .min = row.value, .max = row.value, .last = row.value, .time = row.time, .step = row.step, .epoch = row.epoch};
}

Status MetricColumns::read(const ColumnFile& file, std::uint64_t first, std::span<SeriesRow> into) const {
    return rows_.read(file, sizeof(SeriesRow), first, into.data(), into.size());
}

Status MetricColumns::read_nodes(const ColumnFile& file, std::size_t level, std::uint64_t first,
                                 std::span<SeriesNode> into) const {
    if (level > 0) return levels_[level - 1].read(file, sizeof(SeriesNode), first, into.data(), into.size());
    std::array<SeriesRow, 64> rows;
    while (!into.empty()) {
        const std::size_t now = std::min(into.size(), rows.size());
        GOETIA_TRY(read(file, first, std::span(rows).first(now)));
        std::transform(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(now), into.begin(), SeriesNode::of);
        into = into.subspan(now), first += now;
    }
    return {};
}

Status MetricColumns::add(ColumnFile& file, std::vector<SeriesRow>& points,
                          const std::function<Status()>& before_change) {
    sort_by_step(points);
    if (points.empty()) return {};
    std::uint64_t from = count_;
    SeriesRow newest;
    if (count_ > 0) GOETIA_TRY(read(file, count_ - 1, {&newest, 1}));
    if (count_ == 0 || newest.step < points[0].step) {
        GOETIA_TRY(rows_.write(file, sizeof(SeriesRow), count_, points.data(), points.size()));
        count_ += points.size();
    } else {
        GOETIA_ASSIGN(from, find(file, [&](const SeriesRow& row) { return row.step < points[0].step; }));
        GOETIA_TRY(before_change());
        GOETIA_TRY(insert(file, points, from));
    }
    return build_nodes(file, from);
}

// Merges from the back, in place: what is written lies behind what is still to be read.
Status MetricColumns::insert(ColumnFile& file, std::span<const SeriesRow> points, std::uint64_t from) {
    std::uint64_t added = 0;
    for (const SeriesRow& point : points) {
        GOETIA_ASSIGN(const std::uint64_t at, find(file, [&](const SeriesRow& row) { return row.step < point.step; }));
        SeriesRow there;
        if (at < count_) GOETIA_TRY(read(file, at, {&there, 1}));
        if (at == count_ || there.step != point.step) ++added;
    }
    std::vector<SeriesRow> behind(kRowsAtOnce), merged;  // the rows [begin, old) read last; those to write, reversed
    std::uint64_t begin = count_, old = count_,
                  end = count_ + added;  // [.., old) is not merged yet; written down to end
    const std::uint64_t count = end;
    const auto write_merged = [&]() -> Status {
        std::ranges::reverse(merged);
        end -= merged.size();
        Status written = rows_.write(file, sizeof(SeriesRow), end, merged.data(), merged.size());
        merged.clear();
        return written;
    };
    while (!points.empty() || old > from) {
        if (old == begin && old > from) {
            GOETIA_TRY(write_merged());
            begin = old - std::min<std::uint64_t>(kRowsAtOnce, old - from);
            GOETIA_TRY(read(file, begin, std::span(behind).first(old - begin)));
        }
        const SeriesRow* there = old > from ? &behind[old - begin - 1] : nullptr;
        if (!points.empty() && (there == nullptr || points.back().step >= there->step)) {
            if (there != nullptr && points.back().step == there->step) --old;
            merged.push_back(points.back());
            points = points.first(points.size() - 1);
        } else {
            merged.push_back(*there);
            --old;
        }
    }
    GOETIA_TRY(write_merged());
    count_ = count;
    return {};
}

// All nodes from the one that holds row `from` on.
Status MetricColumns::build_nodes(ColumnFile& file, std::uint64_t from) {
    std::uint64_t count = count_;
    std::vector<SeriesNode> below(kFan * kFan), nodes;
    for (std::size_t level = 0; count >= kFan; ++level) {
        from /= kFan;
        if (levels_.size() == level) levels_.emplace_back();
        for (std::uint64_t at = from, now = 0; at < count / kFan; at += now) {
            now = std::min<std::uint64_t>(count / kFan - at, kFan);
            GOETIA_TRY(read_nodes(file, level, at * kFan, std::span(below).first(now * kFan)));
            nodes.assign(now, {});
            for (std::size_t i = 0; i < now; ++i) {
                nodes[i] = below[i * kFan];
                for (std::size_t j = 1; j < kFan; ++j) nodes[i].add(below[i * kFan + j]);
            }
            GOETIA_TRY(levels_[level].write(file, sizeof(SeriesNode), at, nodes.data(), now));
        }
        count /= kFan;
    }
    return {};
}

Result<SeriesNode> MetricColumns::summary(const ColumnFile& file, std::uint64_t first, std::uint64_t last) const {
    SeriesNode sum;
    bool is_empty = true;
    GOETIA_TRY(add_nodes(file, 0, first, last, sum, is_empty));
    return sum;
}

Status MetricColumns::add_nodes(const ColumnFile& file, std::size_t level, std::uint64_t first, std::uint64_t last,
                                SeriesNode& sum, bool& is_empty) const {
    const std::uint64_t above_first = (first + kFan - 1) / kFan, above_last = last / kFan;
    if (above_first < above_last) {
        GOETIA_TRY(add_nodes(file, level, first, above_first * kFan, sum, is_empty));
        GOETIA_TRY(add_nodes(file, level + 1, above_first, above_last, sum, is_empty));
        return add_nodes(file, level, above_last * kFan, last, sum, is_empty);
    }
    std::array<SeriesNode, 2 * kFan> nodes;
    GOETIA_TRY(read_nodes(file, level, first, std::span(nodes).first(last - first)));
    for (const SeriesNode& node : std::span(nodes).first(last - first)) {
        if (is_empty) sum = node, is_empty = false;
        else sum.add(node);
    }
    return {};
}

}  // namespace goetia
