// Which data set a command is about, as a `dataset` section made of flags.
#pragma once

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "base/json.h"
#include "base/result.h"

namespace goetia::cli {

struct DatasetWish {
    std::string format = "ImageNet", root, list, parameters;

    [[nodiscard]] Result<Json> section() const {
        Json config = Json::object();
        if (!parameters.empty()) {
            config = Json::parse(parameters, nullptr, false);
            if (!config.is_object()) return invalid("--parameters needs a JSON object, found {}", parameters);
        }
        config["type"] = format;
        if (!root.empty()) config["data_root"] = root;
        if (!list.empty()) config["ann_file"] = list;
        return config;
    }
};

inline void add_dataset_flags(CLI::App& command, const std::shared_ptr<DatasetWish>& wish) {
    command.add_option("--format", wish->format, "The format it has, as dataset.type names it")->capture_default_str();
    command.add_option("--data-root,--data_root", wish->root, "The set's folder");
    command.add_option("--ann-file,--ann_file", wish->list, "Its annotation file or table");
    command.add_option("--parameters", wish->parameters, "A JSON object: anything else the format's section may say");
}

}  // namespace goetia::cli
