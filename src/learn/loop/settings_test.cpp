#include "learn/loop/settings.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "base/json_path.h"
#include "config/experiment_schema.h"

namespace goetia {
namespace {

// What the contract says where a document says nothing.
Json everything() {
    const auto full = with_schema_defaults(Json::object());
    EXPECT_TRUE(full) << to_string(full.error());
    return full ? *full : Json();
}

Json as_json(const TrainSettings& s) {
    const auto& checkpoints = s.checkpoints;
    return {s.name,
            s.seed,
            s.epochs,
            s.batch_size,
            s.accumulation,
            s.evaluate_every,
            s.loader_threads,
            s.compute_threads,
            s.device,
            s.pin_memory,
            s.find_unused_parameters,
            s.broken,
            s.changed_data,
            checkpoints.epoch_interval,
            checkpoints.step_interval,
            checkpoints.max_keep,
            checkpoints.save_last,
            checkpoints.save_best,
            checkpoints.best_metric,
            checkpoints.best_mode ? static_cast<int>(*checkpoints.best_mode) : -1,
            s.log_interval,
            s.plot_interval,
            s.drawings.confusion_matrix,
            s.drawings.confusion_normalized,
            s.drawings.pr_curve,
            s.drawings.roc_curve};
}

void collect_leaves(const Json& value, const std::string& path, std::vector<std::string>& leaves) {
    if (!value.is_object()) return leaves.push_back(path);
    for (const auto& [key, below] : value.items()) collect_leaves(below, path.empty() ? key : path + "." + key, leaves);
}

TEST(TrainSettings, have_no_default_but_those_of_the_contract) {
    const Json full = everything();
    const auto whole = train_settings(full);
    ASSERT_TRUE(whole) << to_string(whole.error());
    std::vector<std::string> leaves;
    collect_leaves(full, "", leaves);
    int read = 0;
    for (const std::string& path : leaves) {
        Json less = full;
        const std::size_t dot = path.rfind('.');
        (dot == std::string::npos ? less : *find_at(less, path.substr(0, dot))).erase(path.substr(dot + 1));
        const auto settings = train_settings(less);
        if (settings) {
            EXPECT_EQ(as_json(*settings), as_json(*whole)) << path;  // it is not read
            continue;
        }
        ++read;
        EXPECT_EQ(settings.error().message,
                  fmt::format("the document does not say '{}'; the defaults of contract/experiment.schema.json are "
                              "filled in before a run is built",
                              path));
    }
    EXPECT_GE(read, 25);
}

TEST(TrainSettings, are_what_the_document_says) {
    Json document = everything();
    EXPECT_EQ(train_settings(document)->epochs, 100);
    EXPECT_EQ(train_settings(document)->checkpoints.max_keep, 3);
    document["training"]["epochs"] = 7;
    document["training"]["threads"] = 3;
    document["checkpoint"]["best_mode"] = "min";
    document["visualization"]["enabled"] = false;
    const auto settings = train_settings(document);
    ASSERT_TRUE(settings) << to_string(settings.error());
    EXPECT_EQ(settings->epochs, 7);
    EXPECT_EQ(settings->compute_threads, 3);
    EXPECT_EQ(settings->checkpoints.best_mode, Better::kLower);
    EXPECT_FALSE(settings->drawings.confusion_matrix);
}

}  // namespace
}  // namespace goetia
