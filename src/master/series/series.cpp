#include "master/series/series.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <mutex>

#include <unistd.h>

#include "base/json.h"
#include "base/json_path.h"
#include "base/json_text.h"
#include "base/nearest.h"
#include "experiment/derived.h"
#include "experiment/journal_follower.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostWaiting = 32'768;  // points between two writes

std::uint64_t journal_bytes(const ExperimentFolder& folder) {
    std::uint64_t bytes = 0;
    for (const fs::path& journal : folder.journals()) {
        std::error_code code;
        const auto size = fs::file_size(journal, code);
        if (!code) bytes += size;
    }
    return bytes;
}

ColumnExtents extents_from(const Json& json) {
    std::vector<std::uint64_t> offsets;
    for (const Json& offset : json) offsets.push_back(offset.get<std::uint64_t>());
    return ColumnExtents(std::move(offsets));
}

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

struct ExperimentSeries::State {
    State(ExperimentFolder folder, fs::path files, SeriesOptions options)
        : folder_(std::move(folder)), files_(std::move(files)), options_(options) {}

    Status update();
    Result<std::vector<Curve>> curves(const CurveQuery& query);
    Result<std::vector<SeriesMetric>> metrics();
    Status write_csv(const std::vector<std::string>& names, const std::function<Status(std::string_view)>& write);

    class Visitor;
    struct Metric {
        MetricColumns columns;
        std::uint64_t committed = 0;
        std::vector<SeriesRow> waiting;
    };

    Status open();
    Status load_manifest();
    void forget();  // everything, so that the next update() begins from the files
    Status take_up();
    Status flush();
    Status commit();
    Status begin_change();  // before committed rows are overwritten
    Status resume_from_step(std::int64_t step);
    Result<std::vector<Metric*>> chosen(const std::vector<std::string>& names, std::vector<std::string>& found);
    Result<Curve> curve(const Metric& metric, const CurveQuery& query) const;
    [[nodiscard]] double x_of(std::int64_t step, std::int64_t epoch, double time, CurveX x) const;
    [[nodiscard]] fs::path manifest() const { return files_ / "manifest.json"; }

    ExperimentFolder folder_;
    fs::path files_;
    SeriesOptions options_;
    std::mutex mutex_;
    bool is_open_ = false, has_file_ = false, has_manifest_ = false;
    ColumnFile file_;
    std::shared_ptr<MetricNames> names_;
    std::vector<Metric> metrics_;  // by MetricId of names_
    std::unique_ptr<JournalFollower> follower_;
    JournalPosition position_;  // up to which the columns hold everything
    double began_ = 0;          // the time of the first attempt
    std::uint64_t waiting_ = 0, uncommitted_ = 0;
    Status fault_;  // of the visitor, which cannot return it
};

class ExperimentSeries::State::Visitor final : public JournalVisitor {
  public:
    explicit Visitor(State& series) : series_(series) {}
    [[nodiscard]] bool accepts(RecordType type) const override {
        return type == RecordType::kAttempt || type == RecordType::kPoint;
    }
    void on_attempt(const AttemptRecord& attempt, const JournalPosition&) override {
        if (series_.began_ == 0) series_.began_ = attempt.time;
        if (series_.fault_) series_.fault_ = series_.resume_from_step(attempt.resumed_from_step);
    }
    void on_point(const JournaledPoint& point) override {
        if (!series_.fault_) return;
        if (series_.metrics_.size() <= point.metric) series_.metrics_.resize(point.metric + 1);
        series_.metrics_[point.metric].waiting.push_back({point.step, point.epoch, point.time, point.value});
        if (++series_.waiting_ == kMostWaiting) series_.fault_ = series_.flush();
    }

  private:
    State& series_;
};

void ExperimentSeries::State::forget() {
    is_open_ = has_file_ = has_manifest_ = false;
    file_ = {};
    names_ = std::make_shared<MetricNames>();
    metrics_.clear();
    follower_.reset();
    position_ = {};
    began_ = 0;
    waiting_ = uncommitted_ = 0;
    fault_ = {};
}

Status ExperimentSeries::State::open() {
    forget();
    std::error_code code;
    has_file_ = fs::exists(manifest(), code) || journal_bytes(folder_) >= options_.smallest_file;
    if (has_file_) {
        GOETIA_TRY(make_folders(files_));
        if (!load_manifest()) {  // none, or not usable: everything is read again
            const bool was_file = has_file_;
            forget();
            has_file_ = was_file;
            GOETIA_ASSIGN(file_, ColumnFile::open(files_ / "columns", 0));
            fs::resize_file(files_ / "columns", 0, code);
        }
    } else {
        GOETIA_ASSIGN(file_, ColumnFile::anonymous());
    }
    is_open_ = true;
    return {};
}

Status ExperimentSeries::State::load_manifest() {
    GOETIA_ASSIGN(const std::string text, read_file(manifest()));
    GOETIA_ASSIGN(const Json json, parse_json(text, manifest().native()));
    try {
        if (json.at("format") != 1) return invalid("'{}' has another format", manifest().native());
        position_ = position_from_json(json.at("position"));
        began_ = json.at("began").get<double>();
        for (const Json& one : json.at("metrics")) {
            names_->id_of(one.at("name").get<std::string>());
            Metric& metric = metrics_.emplace_back();
            std::vector<ColumnExtents> levels;
            for (const Json& level : one.at("levels")) levels.push_back(extents_from(level));
            metric.committed = one.at("points").get<std::uint64_t>();
            metric.columns = MetricColumns(metric.committed, extents_from(one.at("rows")), std::move(levels));
            if (metric.columns.rows().capacity() < metric.committed)
                return invalid("'{}' has too few rows", manifest().native());
        }
        GOETIA_ASSIGN(file_, ColumnFile::open(files_ / "columns", json.at("end").get<std::uint64_t>()));
    } catch (const Json::exception&) {
        return invalid("'{}' is not a manifest of columns", manifest().native());
    }
    if (metrics_.size() != names_->size()) return invalid("'{}' has a metric twice", manifest().native());
    has_manifest_ = true;
    return {};
}

Status ExperimentSeries::State::update() {
    if (is_open_ && !has_file_ && journal_bytes(folder_) >= options_.smallest_file) forget();  // now it needs a file
    if (!is_open_) {
        if (Status opened = open(); !opened) {
            forget();
            return opened;
        }
    }
    if (!follower_ && is_up_to_date(folder_, position_)) return {};
    Status done = take_up();
    if (!done) forget();
    return done;
}

Status ExperimentSeries::State::take_up() {
    if (!follower_) {
        follower_ = std::make_unique<JournalFollower>(folder_, names_);
        if (!follower_->resume_from(position_)) {  // the journals are not those of the columns
            std::error_code code;
            fs::remove(manifest(), code);
            GOETIA_TRY(open());
            follower_ = std::make_unique<JournalFollower>(folder_, names_);
        }
    }
    Visitor visitor(*this);
    GOETIA_TRY(follower_->update(visitor));
    GOETIA_TRY(std::move(fault_));
    GOETIA_TRY(flush());
    position_ = follower_->position();
    return uncommitted_ >= options_.points_between_commits ? commit() : Status();
}

Status ExperimentSeries::State::flush() {
    metrics_.resize(std::max(metrics_.size(), names_->size()));
    for (Metric& metric : metrics_) {
        if (metric.waiting.empty()) continue;
        GOETIA_TRY(metric.columns.add(file_, metric.waiting, [this] { return begin_change(); }));
        if (metric.waiting.capacity() > 1024) metric.waiting = {};
        metric.waiting.clear();
    }
    uncommitted_ += waiting_;
    waiting_ = 0;
    return {};
}

// A resumed attempt hides what earlier ones did after the step that it resumed from.
Status ExperimentSeries::State::resume_from_step(std::int64_t step) {
    GOETIA_TRY(flush());
    for (Metric& metric : metrics_) {
        GOETIA_ASSIGN(const std::uint64_t kept,
                      metric.columns.find(file_, [&](const SeriesRow& row) { return row.step <= step; }));
        if (kept < metric.committed) GOETIA_TRY(begin_change());
        metric.columns.truncate(kept);
    }
    return {};
}

Status ExperimentSeries::State::begin_change() {
    if (!has_manifest_) return {};
    if (::unlink(manifest().c_str()) != 0 && errno != ENOENT) return os_error("remove", manifest().native(), errno);
    GOETIA_TRY(sync_folder(files_));
    has_manifest_ = false;
    for (Metric& metric : metrics_) metric.committed = 0;
    return {};
}

Status ExperimentSeries::State::commit() {
    if (!is_open_ || !has_file_ || (has_manifest_ && uncommitted_ == 0)) return {};
    GOETIA_TRY(file_.sync());
    Json list = Json::array();
    for (MetricId id = 0; id < metrics_.size(); ++id) {
        const MetricColumns& columns = metrics_[id].columns;
        Json levels = Json::array();
        for (const ColumnExtents& level : columns.levels()) levels.push_back(level.offsets());
        list.push_back({{"name", names_->name_of(id)},
                        {"points", columns.count()},
                        {"rows", columns.rows().offsets()},
                        {"levels", std::move(levels)}});
    }
    GOETIA_TRY(write_file_atomic(manifest(), json_text(Json{{"format", 1},
                                                            {"position", to_json(position_)},
                                                            {"began", began_},
                                                            {"end", file_.end()},
                                                            {"metrics", std::move(list)}})));
    for (Metric& metric : metrics_) metric.committed = metric.columns.count();
    has_manifest_ = true;
    uncommitted_ = 0;
    return {};
}

double ExperimentSeries::State::x_of(std::int64_t step, std::int64_t epoch, double time, CurveX x) const {
    switch (x) {
        case CurveX::kStep: return static_cast<double>(step);
        case CurveX::kEpoch: return static_cast<double>(epoch);
        case CurveX::kTime: return time;
        case CurveX::kRelative: return time - began_;
    }
    return 0;
}

Result<std::vector<ExperimentSeries::State::Metric*>> ExperimentSeries::State::chosen(
    const std::vector<std::string>& names, std::vector<std::string>& found) {
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

Result<std::vector<Curve>> ExperimentSeries::State::curves(const CurveQuery& query) {
    if (query.points < 2 || query.points > kMostBuckets)
        return invalid("{} points were asked for; allowed are 2 to {}", query.points, kMostBuckets);
    GOETIA_TRY(update());
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
Result<Curve> ExperimentSeries::State::curve(const Metric& metric, const CurveQuery& query) const {
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

Result<std::vector<SeriesMetric>> ExperimentSeries::State::metrics() {
    GOETIA_TRY(update());
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

Status ExperimentSeries::State::write_csv(const std::vector<std::string>& names,
                                          const std::function<Status(std::string_view)>& write) {
    GOETIA_TRY(update());
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

ExperimentSeries::ExperimentSeries(fs::path experiment, fs::path files, SeriesOptions options)
    : state_(std::make_unique<State>(ExperimentFolder(std::move(experiment)), std::move(files), options)) {}

ExperimentSeries::~ExperimentSeries() {
    // What cannot be committed is read again from the journals.
    const Status committed = commit();
    static_cast<void>(committed);
}

Status ExperimentSeries::update() {
    const std::lock_guard lock(state_->mutex_);
    return state_->update();
}

Status ExperimentSeries::commit() {
    const std::lock_guard lock(state_->mutex_);
    return state_->commit();
}

Result<std::vector<Curve>> ExperimentSeries::curves(const CurveQuery& query) {
    const std::lock_guard lock(state_->mutex_);
    return state_->curves(query);
}

Result<std::vector<SeriesMetric>> ExperimentSeries::metrics() {
    const std::lock_guard lock(state_->mutex_);
    return state_->metrics();
}

Status ExperimentSeries::write_csv(const std::vector<std::string>& names,
                                   const std::function<Status(std::string_view)>& write) {
    const std::lock_guard lock(state_->mutex_);
    return state_->write_csv(names, write);
}

}  // namespace goetia
