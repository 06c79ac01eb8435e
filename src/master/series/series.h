// The curves of one experiment, kept in columns that follow its journals. The journals are the truth: what a kill cut
// off is read again from them, and the columns can be removed at any time. Short runs (journals below 4 MiB) have no
// file; their columns are in memory while they are open. Memory does not grow with the length of a curve.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>

#include "experiment/journal_follower.h"
#include "master/series/curve.h"
#include "master/series/metric_columns.h"

namespace goetia {

struct SeriesMetric {
    std::string name;
    std::uint64_t points = 0;
    SeriesRow last;
    double min = 0, max = 0;
};

struct SeriesOptions {
    std::uint64_t smallest_file = 4 << 20;  // bytes of journals below which there is no file
    std::uint64_t points_between_commits = 1 << 20;
};

// Safe to call from several threads.
class Series {
  public:
    // `folder`: the experiment's; `files`: where the columns are.
    Series(ExperimentFolder folder, std::filesystem::path files, SeriesOptions options = {});
    ~Series();
    Series(const Series&) = delete;
    Series& operator=(const Series&) = delete;

    // Takes up what was journaled since. After an error (a full disk) the columns begin anew from their last commit.
    Status update();
    // Makes the columns durable up to here, so that a later process begins there; the destructor does it, too.
    Status commit();

    // update() first. Unknown names are kNotFound with the nearest ones.
    Result<std::vector<Curve>> curves(const CurveQuery& query);
    Result<std::vector<SeriesMetric>> metrics();
    // All points as CSV, a row for each step with a value: "step,epoch,time,loss,..."; in pieces, as they are made.
    Status write_csv(const std::vector<std::string>& names, const std::function<Status(std::string_view)>& write);

  private:
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
    Status commit_locked();
    Status begin_change();  // before committed rows are overwritten
    Status resume_from_step(std::int64_t step);
    Result<std::vector<Metric*>> chosen(const std::vector<std::string>& names, std::vector<std::string>& found);
    Result<Curve> curve(const Metric& metric, const CurveQuery& query) const;
    [[nodiscard]] double x_of(std::int64_t step, std::int64_t epoch, double time, CurveX x) const;
    [[nodiscard]] std::filesystem::path manifest() const { return files_ / "manifest.json"; }

    ExperimentFolder folder_;
    std::filesystem::path files_;
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

}  // namespace goetia
