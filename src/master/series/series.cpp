#include "master/series/series.h"

#include <algorithm>
#include <cmath>

#include <unistd.h>

#include "base/json.h"
#include "base/json_path.h"
#include "base/json_text.h"
#include "base/nearest.h"

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

}  // namespace

class Series::Visitor final : public JournalVisitor {
  public:
    explicit Visitor(Series& series) : series_(series) {}
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
    Series& series_;
};

Series::Series(ExperimentFolder folder, fs::path files, SeriesOptions options)
    : folder_(std::move(folder)), files_(std::move(files)), options_(options) {}

Series::~Series() {
    // What cannot be committed is read again from the journals.
    const Status committed = commit();
    static_cast<void>(committed);
}

void Series::forget() {
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

Status Series::open() {
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

Status Series::load_manifest() {
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

Status Series::update() {
    const std::lock_guard lock(mutex_);
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

Status Series::take_up() {
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
    return uncommitted_ >= options_.points_between_commits ? commit_locked() : Status();
}

Status Series::flush() {
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
Status Series::resume_from_step(std::int64_t step) {
    GOETIA_TRY(flush());
    for (Metric& metric : metrics_) {
        GOETIA_ASSIGN(const std::uint64_t kept,
                      metric.columns.find(file_, [&](const SeriesRow& row) { return row.step <= step; }));
        if (kept < metric.committed) GOETIA_TRY(begin_change());
        metric.columns.truncate(kept);
    }
    return {};
}

Status Series::begin_change() {
    if (!has_manifest_) return {};
    if (::unlink(manifest().c_str()) != 0 && errno != ENOENT) return os_error("remove", manifest().native(), errno);
    GOETIA_TRY(sync_folder(files_));
    has_manifest_ = false;
    for (Metric& metric : metrics_) metric.committed = 0;
    return {};
}

Status Series::commit() {
    const std::lock_guard lock(mutex_);
    return commit_locked();
}

Status Series::commit_locked() {
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

}  // namespace goetia
