#include "master/store/mysql_copy.h"

#include <array>
#include <chrono>
#include <map>

#include "base/clock.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_path.h"
#include "base/json_text.h"
#include "config/yaml_reader.h"
#include "experiment/journal_follower.h"
#include "experiment/summary.h"
#include "master/store/mysql_connection.h"

namespace goetia {
namespace {

constexpr std::size_t kRowsInStatement = 100, kRowsInTransaction = 5000;
constexpr std::size_t kLongestMetricName = 240;  // bytes of the column

constexpr std::array<std::string_view, 3> kCopyTables{
    "CREATE TABLE IF NOT EXISTS goetia_experiments (id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY, "
    "name TEXT NOT NULL, state VARCHAR(32) NOT NULL, config LONGTEXT NOT NULL, updated_at DOUBLE NOT NULL) "
    "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
    "CREATE TABLE IF NOT EXISTS goetia_metrics (experiment VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT "
    "NULL, "
    "metric VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, step BIGINT NOT NULL, epoch BIGINT NOT "
    "NULL, "
    "time DOUBLE NOT NULL, value DOUBLE NULL, PRIMARY KEY (experiment, metric, step)) ENGINE=InnoDB",
    "CREATE TABLE IF NOT EXISTS goetia_copies (experiment VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin PRIMARY "
    "KEY, "
    "attempt BIGINT NOT NULL, sequence BIGINT NOT NULL, position BIGINT NOT NULL) ENGINE=InnoDB"};

// Long names are told apart by a part of their hash.
std::string column_name(std::string_view metric) {
    if (metric.size() <= kLongestMetricName) return std::string(metric);
    std::size_t end = kLongestMetricName - 20;
    while (end > 0 && (static_cast<unsigned char>(metric[end]) & 0xC0) == 0x80) --end;  // not inside a letter
    return fmt::format("{}...{}", metric.substr(0, end), sha256_hex(metric).substr(0, 16));
}

std::string insert_statement(std::size_t rows) {
    std::string text = "INSERT INTO goetia_metrics (experiment, metric, step, epoch, time, value) VALUES ";
    for (std::size_t i = 0; i < rows; ++i) text += i == 0 ? "(?,?,?,?,?,?)" : ",(?,?,?,?,?,?)";
    return text + " ON DUPLICATE KEY UPDATE epoch = VALUES(epoch), time = VALUES(time), value = VALUES(value)";
}

// The records of one experiment on their way into the database.
class CopyVisitor final : public JournalVisitor {
  public:
    CopyVisitor(MysqlConnection& database, std::string experiment, const JournalFollower& follower)
        : database_(database), experiment_(std::move(experiment)), follower_(follower), after_(follower.position()) {}

    [[nodiscard]] bool accepts(RecordType type) const override {
        return type == RecordType::kAttempt || type == RecordType::kPoint;
    }

    // What an earlier attempt did after the step that this one resumed from does not count.
    void on_attempt(const AttemptRecord& attempt, const JournalPosition&) override {
        if (fault_) fault_ = insert();
        if (fault_) fault_ = begin();
        if (fault_)
            fault_ = database_.run("DELETE FROM goetia_metrics WHERE experiment = ? AND step > ?",
                                   {experiment_, attempt.resumed_from_step});
        after_ = follower_.position();
    }

    void on_point(const JournaledPoint& point) override {
        if (!fault_) return;
        // Between two records: `after_` is where the one before ends.
        const bool is_new_record = point.sequence != sequence_ || point.attempt != attempt_;
        if (is_new_record && rows_ >= kRowsInTransaction) fault_ = commit();
        sequence_ = point.sequence, attempt_ = point.attempt;
        if (metrics_.size() <= point.metric) metrics_.resize(point.metric + 1);
        if (metrics_[point.metric].empty()) metrics_[point.metric] = column_name(point.name);
        values_.insert(values_.end(),
                       {experiment_, metrics_[point.metric], point.step, point.epoch, point.time, point.value});
        ++rows_, ++points_;
        after_ = follower_.position();
        if (fault_ && values_.size() == kRowsInStatement * 6) fault_ = insert();
    }

    Status finish() {
        GOETIA_TRY(std::move(fault_));
        after_ = follower_.position();
        return commit();
    }
    [[nodiscard]] std::int64_t points() const { return points_; }

  private:
    Status begin() {
        if (is_begun_) return {};
        is_begun_ = true;
        return database_.begin();
    }

    Status insert() {
        if (values_.empty()) return {};
        GOETIA_TRY(begin());
        static const std::string kMany = insert_statement(kRowsInStatement), kOne = insert_statement(1);
        const auto nothing = [](const SqlRow&) {};
        const std::span<const SqlValue> values(values_);
        if (values.size() == kRowsInStatement * 6) GOETIA_TRY(database_.run(kMany, values, nothing));
        else
            for (std::size_t i = 0; i < values.size(); i += 6)
                GOETIA_TRY(database_.run(kOne, values.subspan(i, 6), nothing));
        values_.clear();
        return {};
    }

    Status commit() {
        GOETIA_TRY(insert());
        GOETIA_TRY(begin());
        GOETIA_TRY(
            database_.run("REPLACE INTO goetia_copies (experiment, attempt, sequence, position) VALUES (?, ?, ?, ?)",
                          {experiment_, std::int64_t{after_.attempt}, static_cast<std::int64_t>(after_.sequence),
                           static_cast<std::int64_t>(after_.offset)}));
        rows_ = 0;
        is_begun_ = false;
        return database_.commit();
    }

    MysqlConnection& database_;
    std::string experiment_;
    const JournalFollower& follower_;
    JournalPosition after_;  // where the last record ends that was taken in
    std::vector<SqlValue> values_;
    std::vector<std::string> metrics_;  // by number
    std::size_t rows_ = 0;              // in the transaction
    std::int64_t points_ = 0;
    std::uint64_t sequence_ = ~std::uint64_t{0};
    int attempt_ = 0;
    bool is_begun_ = false;
    Status fault_;
};

class MysqlCopier {
  public:
    explicit MysqlCopier(MysqlConnection& database) : database_(database) {}

    Status make_tables() {
        for (const std::string_view table : kCopyTables) GOETIA_TRY(database_.run(table));
        return {};
    }

    // How far every experiment was copied before: one question for all of them.
    Status read_positions() {
        return database_.run("SELECT experiment, attempt, sequence, position FROM goetia_copies", {},
                             [&](const SqlRow& row) {
                                 positions_[std::string(row.text(0))] = {static_cast<int>(row.integer(1)),
                                                                         static_cast<std::uint64_t>(row.integer(2)),
                                                                         static_cast<std::uint64_t>(row.integer(3))};
                             });
    }

    // Returns how many points were copied.
    Result<std::int64_t> copy(const ExperimentFolder& folder) {
        const JournalPosition position = positions_[folder.id()];
        if (is_up_to_date(folder, position)) return std::int64_t{0};
        GOETIA_TRY(copy_head(folder));
        auto follower = std::make_unique<JournalFollower>(folder);
        if (!follower->resume_from(position)) {  // the journals are others than those that were copied
            GOETIA_TRY(database_.run("DELETE FROM goetia_metrics WHERE experiment = ?", {folder.id()}));
            follower = std::make_unique<JournalFollower>(folder);
        }
        CopyVisitor visitor(database_, folder.id(), *follower);
        Status done = follower->update(visitor);
        if (done) done = visitor.finish();
        if (!done) {
            database_.rollback();
            return std::move(done).error();
        }
        return visitor.points();
    }

  private:
    Status copy_head(const ExperimentFolder& folder) {
        GOETIA_ASSIGN(const RunSummary summary, read_summary(folder));
        std::string config = "{}";
        if (const auto text = read_file(folder.config())) {
            if (const auto document = parse_yaml(*text, "config.yaml")) config = json_text(*document);
        }
        return database_.run(
            "INSERT INTO goetia_experiments (id, name, state, config, updated_at) VALUES (?, ?, ?, ?, ?) ON DUPLICATE "
            "KEY "
            "UPDATE name = VALUES(name), state = VALUES(state), config = VALUES(config), updated_at = "
            "VALUES(updated_at)",
            {folder.id(), summary.name, std::string(state_name(summary.state)), config, summary.updated});
    }

    MysqlConnection& database_;
    std::map<std::string, JournalPosition> positions_;
};

std::filesystem::path copy_state_file(const std::filesystem::path& data) { return data / "copy.json"; }

Status save_copy_state(const CopyOptions& options, CopyState& state) {
    state.time = to_seconds(now());
    return write_file_atomic(copy_state_file(options.data), json_text(to_json(state)) + "\n");
}

Status copy_all(const CopyOptions& options, CopyState& state) {
    GOETIA_ASSIGN(const std::vector<ExperimentFolder> folders, list_experiments(options.data / "experiments"));
    state.experiments = static_cast<std::int64_t>(folders.size());
    GOETIA_ASSIGN(const auto database, MysqlConnection::connect(options.url));
    MysqlCopier copier(*database);
    GOETIA_TRY(copier.make_tables());
    GOETIA_TRY(copier.read_positions());
    for (const ExperimentFolder& folder : folders) {
        if (options.stop.stop_requested())
            return make_error(Code::kCancelled, "the copy was stopped; it continues where it is");
        auto points = copier.copy(folder);
        if (!points && points.error().code == Code::kUnavailable) return std::move(points).error();
        if (points) ++state.copied, state.points += *points;
        else state.error = fmt::format("experiment '{}': {}", folder.id(), points.error().message);
        if (options.on_progress) options.on_progress(state.copied, state.experiments);
    }
    state.is_complete = state.copied == state.experiments;
    return {};
}

}  // namespace

Json to_json(const CopyState& state) {
    return {{"target", state.target},
            {"time", state.time},
            {"complete", state.is_complete},
            {"experiments", state.experiments},
            {"copied", state.copied},
            {"points", state.points},
            {"error", state.error.empty() ? Json() : Json(state.error)}};
}

Result<CopyState> copy_to_mysql(const CopyOptions& options) {
    CopyState state{.target = url_without_password(options.url)};
    Status done = copy_all(options, state);
    if (!done) state.error = done.error().message;
    GOETIA_TRY(save_copy_state(options, state));
    if (!done) return std::move(done).error();
    return state;
}

Result<CopyState> read_copy_state(const std::filesystem::path& data) {
    auto text = read_file(copy_state_file(data));
    if (!text && text.error().code == Code::kNotFound)
        return not_found("nothing was copied from '{}' yet; 'goetia db sync' does it", data.native());
    if (!text) return std::move(text).error();
    GOETIA_ASSIGN(const Json json, parse_json(*text, copy_state_file(data).native()));
    return CopyState{.target = value_of_type_at<std::string>(json, "target", ""),
                     .time = value_of_type_at<double>(json, "time", 0),
                     .is_complete = value_of_type_at<bool>(json, "complete", false),
                     .experiments = value_of_type_at<std::int64_t>(json, "experiments", 0),
                     .copied = value_of_type_at<std::int64_t>(json, "copied", 0),
                     .points = value_of_type_at<std::int64_t>(json, "points", 0),
                     .error = value_of_type_at<std::string>(json, "error", "")};
}

BackgroundCopy::BackgroundCopy(std::filesystem::path data, std::string url, double seconds_between)
    : options_{.data = std::move(data), .url = std::move(url), .stop = {}},
      seconds_between_(seconds_between),
      thread_([this] { loop(); }) {}

BackgroundCopy::~BackgroundCopy() {
    options_.stop.request_stop();
    {
        const std::lock_guard lock(mutex_);
        is_closing_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void BackgroundCopy::loop() {
    std::unique_lock lock(mutex_);
    while (!is_closing_) {
        lock.unlock();
        // An error is in the state, where it is shown; the next round tries again.
        const auto state = copy_to_mysql(options_);
        static_cast<void>(state);
        lock.lock();
        changed_.wait_for(lock, std::chrono::duration<double>(seconds_between_), [this] { return is_closing_; });
    }
}

}  // namespace goetia
