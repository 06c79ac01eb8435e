// Data sets that were read to look at their samples: kept for some minutes, since reading annotation files takes its
// time. Safe to call from several threads; one set is read at a time.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "datasets/dataset.h"
#include "imaging/task.h"
#include "master/data_sets/data_set_checks.h"

namespace goetia {

class AnnotatedDataset;

struct OpenedSet {
    Task task = Task::kClassification;
    std::map<Split, std::shared_ptr<const AnnotatedDataset>> splits;  // without faulty objects
};

class OpenedSets {
  public:
    static constexpr std::size_t kMostKept = 3;
    static constexpr double kSecondsKept = 300;  // since it was read: files may change

    // `key`: another one when the set is another.
    Result<std::shared_ptr<const OpenedSet>> open(const std::string& key, const DataSetPlace& place);

  private:
    struct KeptSet {
        std::string key;
        double read_at = 0;
        std::shared_ptr<const OpenedSet> set;
    };
    std::mutex mutex_;
    std::vector<KeptSet> kept_;  // the one that was asked for last is the last
};

// kNotFound: the set has no such split.
Result<std::shared_ptr<const AnnotatedDataset>> split_of(const OpenedSet& set, const std::string& split);

}  // namespace goetia
