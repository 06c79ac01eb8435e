// What the store knows of experiments: rows, metrics and configs of many in as many statements as there are tables,
// and the documents that the API makes of them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "master/store/store.h"

namespace goetia {

struct MetricDigest {
    std::optional<double> last, best, step;
};

struct StoredExperiment {
    ExperimentRow row;
    std::map<std::string, MetricDigest> metrics;  // by name
    std::map<std::string, ListValue> config;      // by dotted key; empty unless it was asked for
};

enum class ReadConfigs { kNo, kYes };

// In the order of `ids`; those that do not exist (any more) are left out.
Result<std::vector<StoredExperiment>> stored_experiments(Store& store, const std::vector<std::string>& ids,
                                                         ReadConfigs configs);

// From the lines of the store (field_text.h).
std::map<std::string, MetricDigest> metric_digests(std::string_view lines);

// As the API shows it: without `config`, unless it was read.
Json shown_experiment(const StoredExperiment& experiment, ReadConfigs configs);

// {"optimizer.lr": 0.1, ...}
Json config_json(const std::map<std::string, ListValue>& config);
Json value_json(const ListValue& value);

}  // namespace goetia
