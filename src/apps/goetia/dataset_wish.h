// The whole of a data set that a command divides or weighs, as a `dataset` section: made of flags, or an experiment's.
#pragma once

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "base/json.h"
#include "base/result.h"
#include "config/config.h"
#include "data/validation/open_sets.h"

namespace goetia::cli {

struct DatasetWish {
    std::string format = "ImageNet", root, list, parameters, config;

    [[nodiscard]] Result<Json> section() const {
        Json section = Json::object();
        if (!config.empty()) {
            GOETIA_ASSIGN(const Composed composed, compose({.file = config}));
            if (!composed.document.contains("dataset")) return invalid("'{}' has no dataset section", config);
            section = composed.document["dataset"];
            for (const char* key : {"sampler", "split"}) section.erase(key);
            return section;
        }
        if (!parameters.empty()) {
            section = Json::parse(parameters, nullptr, false);
            if (!section.is_object()) return invalid("--parameters needs a JSON object, found {}", parameters);
        }
        GOETIA_ASSIGN(section["type"], format_named(format));
        if (!root.empty()) section["data_root"] = root;
        if (!list.empty()) section["ann_file"] = list;
        return section;
    }
};

inline void add_dataset_flags(CLI::App& command, const std::shared_ptr<DatasetWish>& wish) {
    command.add_option("--format", wish->format, "coco, voc, yolo, table ...: a name of dataset.type, in any spelling")
        ->capture_default_str();
    command.add_option("--data-root,--data_root", wish->root, "The set's folder");
    command.add_option("--ann-file,--ann_file", wish->list, "Its annotation file or table");
    command.add_option("--parameters", wish->parameters, "A JSON object: anything else the format's section may say");
    command
        .add_option("--config", wish->config,
                    "An experiment file in place of all this; its dataset section without sampler and split")
        ->excludes("--format")
        ->excludes("--data-root")
        ->excludes("--ann-file")
        ->excludes("--parameters");
}

}  // namespace goetia::cli
