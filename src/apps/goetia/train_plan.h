// The decisions of `goetia train --data`: task, template, and the overrides that fit it to the data. All but
// data_info() are pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/goetia/train_recipes.h"
#include "datasets/layout/found_set.h"

namespace goetia::cli {

// What training needs to know about the data in a folder.
struct DataInfo {
    Json section;             // the `dataset` section
    std::vector<Task> tasks;  // that it can be trained for, the default first
    std::int64_t train = 0, val = 0, classes = 0;
    bool has_val = false, has_subjects = false;
    int side = 0;                           // the longer side of a typical image; 0 if unknown
    bool is_one_size = false;               // all images that were looked at
    int width = 0, height = 0;              // theirs
    std::vector<double> means, deviations;  // of each number to predict, over the training samples
};

// Opens the training and validation splits, and some of the images.
Result<DataInfo> data_info(const FoundSet& found);

struct TrainChoice {
    std::optional<Task> task;  // --task
    std::string model;         // --model
    bool has_gpu = false;
};

// Images up to this many pixels are trained on by the small recipe of their task, which needs no GPU.
constexpr int kSmallSide = 160;

// --task, else that of --model if the data can be trained for it, else the data's default.
Result<Task> chosen_task(const DataInfo& data, const TrainChoice& choice, const Recipes& recipes);

// The template of the task for these images and this model, and the override that chooses the model, if one is needed.
struct ChosenRecipe {
    Recipe recipe;
    std::vector<std::string> overrides;
};
Result<ChosenRecipe> chosen_recipe(Task task, const DataInfo& data, const TrainChoice& choice, const Recipes& recipes);

// What fits the composed `document` of the template to the data: the data set, the size of the input, of the batch, and
// the numbers of classes or of values. `section_keys`: those of the `dataset` section that no format has.
std::vector<std::string> data_overrides(const Json& document, Task task, const DataInfo& data, bool has_gpu,
                                        const std::vector<std::string>& section_keys);

// A pipeline for inputs of side x side pixels: scaling and cropping steps get the size; without one, a step is added
// after the image was loaded.
Json pipeline_of_size(const Json& pipeline, int side, Task task);

}  // namespace goetia::cli
