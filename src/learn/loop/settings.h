// What the loop and the built-in hooks need to know from the experiment document, read once, as plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json_fwd.h"
#include "base/result.h"
#include "feeding/loading/loader.h"
#include "learn/loop/extent.h"
#include "learn/loop/precision.h"
#include "metrics/better.h"

namespace goetia {

// Of a resumed run whose data are not those it began with.
enum class ChangedDataPolicy { kFail, kAccept };

// The defaults stand in contract/experiment.schema.json alone. What a member begins with here is not one: it is
// nothing, or "each one", until train_settings() has read it.
struct TrainSettings {
    std::string name;
    std::uint64_t seed = 0;
    std::int64_t epochs = 1;
    std::int64_t batch_size = 1;      // per rank
    std::int64_t accumulation = 1;    // batches per optimizer step
    std::int64_t evaluate_every = 1;  // epochs
    int loader_threads = 0;
    int compute_threads = 0;  // 0: what the launcher set
    std::string device;
    bool pin_memory = false;  // where the device is a GPU
    bool find_unused_parameters = false;
    RunLimits limits;
    PrecisionSettings precision;
    bool evaluate_own_weights = false;  // beside the average that a hook keeps
    BrokenSamplePolicy broken = BrokenSamplePolicy::kFail;
    ChangedDataPolicy changed_data = ChangedDataPolicy::kFail;

    struct Checkpoints {
        std::int64_t epoch_interval = 0;  // 0: none by epoch
        std::int64_t step_interval = 0;   // 0: last.pth at each epoch's end only
        std::int64_t max_keep = 1;
        bool save_last = false;
        bool save_best = false;
        std::string best_metric;          // "auto" until it is known what the run measures: best_metric()
        std::optional<Better> best_mode;  // likewise
    };
    Checkpoints checkpoints;

    std::int64_t log_interval = 1;
    std::int64_t plot_interval = 1;  // epochs
    struct Drawings {
        bool confusion_matrix = false;
        bool confusion_normalized = false;
        bool pr_curve = false;
        bool roc_curve = false;
        std::int64_t predictions = 0;  // validation images whose predictions are drawn
    };
    Drawings drawings;
};

// `document` is resolved, checked and completed (with_schema_defaults); an Error names the first key that it lacks.
Result<TrainSettings> train_settings(const Json& document);

}  // namespace goetia
