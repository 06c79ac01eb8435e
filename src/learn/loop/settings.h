// What the loop and the built-in hooks need to know from the experiment document, read once, as plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "feeding/loading/loader.h"

namespace goetia {

enum class Better { kHigher, kLower };

[[nodiscard]] inline bool is_better(double now, double before, Better mode) {
    return mode == Better::kHigher ? now > before : now < before;
}

// Of a resumed run whose data are not those it began with.
enum class ChangedDataPolicy { kFail, kAccept };

struct TrainSettings {
    std::string name;
    std::uint64_t seed = 0;
    std::int64_t epochs = 1;
    std::int64_t batch_size = 1;      // per rank
    std::int64_t accumulation = 1;    // batches per optimizer step
    std::int64_t evaluate_every = 1;  // epochs
    int loader_threads = 0;
    int compute_threads = 0;  // 0: what the launcher set
    std::string device = "auto";
    bool pin_memory = true;  // where the device is a GPU
    bool find_unused_parameters = false;
    BrokenSamplePolicy broken = BrokenSamplePolicy::kFail;
    ChangedDataPolicy changed_data = ChangedDataPolicy::kFail;

    struct Clip {
        double max_norm = 1;
        double norm_type = 2;
    };
    std::optional<Clip> clip;

    struct EarlyStopping {
        std::string monitor;
        std::int64_t patience = 10;
        double min_delta = 0;
        Better mode = Better::kHigher;
    };
    std::optional<EarlyStopping> early_stopping;

    std::optional<double> ema_decay;

    struct Checkpoints {
        std::int64_t epoch_interval = 10;  // 0: none by epoch
        std::int64_t step_interval = 0;    // 0: last.pth at each epoch's end only
        std::int64_t max_keep = 3;
        bool save_last = true;
        bool save_best = true;
        std::string best_metric;
        Better best_mode = Better::kHigher;
    };
    Checkpoints checkpoints;

    std::string watched_metric = "val/loss";  // what a schedule such as ReduceLROnPlateau watches
    std::int64_t log_interval = 50;
    std::int64_t plot_interval = 10;  // epochs
    struct Pictures {
        bool confusion_matrix = false;
        bool confusion_normalized = true;
        bool pr_curve = false;
        bool roc_curve = false;
    };
    Pictures pictures;
};

// `document` is resolved, checked and completed with the schema's defaults.
TrainSettings train_settings(const Json& document);

// The value at a dotted path, or `fallback` where the document says nothing (or null).
template <class T>
T value_at(const Json& document, const std::string& path, T fallback) {
    const Json* place = &document;
    std::size_t begin = 0;
    while (begin <= path.size()) {
        const std::size_t end = std::min(path.find('.', begin), path.size());
        const std::string key = path.substr(begin, end - begin);
        if (!place->is_object() || !place->contains(key)) return fallback;
        place = &(*place)[key];
        begin = end + 1;
    }
    return place->is_null() ? fallback : place->template get<T>();
}

// The section at a dotted path, or null.
Json section_at(const Json& document, const std::string& path);

}  // namespace goetia
