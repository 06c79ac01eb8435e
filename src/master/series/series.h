// The curves of one experiment, kept in columns that follow its journals. The journals are the truth: what a kill cut
// off is read again from them, and the columns can be removed at any time. Short runs (journals below 4 MiB) have no
// file; their columns are in memory while they are open. Memory does not grow with the length of a curve.
#pragma once

#include <functional>
#include <memory>

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
class ExperimentSeries {
  public:
    // `experiment`: its folder; `files`: where the columns are.
    ExperimentSeries(std::filesystem::path experiment, std::filesystem::path files, SeriesOptions options = {});
    ~ExperimentSeries();
    ExperimentSeries(const ExperimentSeries&) = delete;
    ExperimentSeries& operator=(const ExperimentSeries&) = delete;

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
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace goetia
