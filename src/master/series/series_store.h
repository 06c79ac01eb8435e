// The curves of all experiments of a master: DATA/experiments/ID holds the journals, DATA/series/ID the columns made of
// them. The ones that were used last stay open.
#pragma once

#include <list>
#include <mutex>

#include "master/series/series.h"

namespace goetia {

class SeriesStore {
  public:
    explicit SeriesStore(std::filesystem::path data, std::size_t most_open = 64, SeriesOptions options = {});

    // kNotFound when the experiment has no folder. Safe to call from several threads.
    Result<std::shared_ptr<ExperimentSeries>> open(const std::string& experiment);
    // Removes the columns; when the experiment still exists, they are made again at need.
    Status erase(const std::string& experiment);
    // Makes what is open durable.
    Status commit();

  private:
    struct Opened {
        std::string experiment;
        std::shared_ptr<ExperimentSeries> series;
    };

    std::filesystem::path data_;
    std::size_t most_open_;
    SeriesOptions options_;
    std::mutex mutex_;
    std::list<Opened> opened_;  // the one that was used last is the first
};

}  // namespace goetia
