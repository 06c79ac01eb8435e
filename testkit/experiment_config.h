// A document that passes every check, and a catalogue with no component and one feature, for tests that process
// documents.
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/files.h"
#include "run/checked_config.h"
#include "testkit/temporary_folder.h"

namespace goetia::testkit {

class ExperimentConfig {
  public:
    static constexpr const char* kText = R"(
experiment: {name: tiny, seed: 7}
model:
  type: ImageClassifier
  backbone: {type: ResNet, depth: 18}
  head: {type: LinearClsHead, num_classes: 3, in_channels: 512, loss: {type: CrossEntropyLoss}}
dataset: {type: ImageNet, data_root: data, val: {}}
augmentation:
  train: {pipeline: [{type: LoadImage}, {type: ToTensor}]}
  val: {pipeline: [{type: LoadImage}, {type: ToTensor}]}
optimizer: {type: SGD, lr: 0.1}
scheduler: {type: CosineAnnealingLR}
training: {epochs: 2, batch_size: 8, num_workers: 1}
)";

    ExperimentConfig() {
        folder_.write("runtime", "#!/bin/sh\necho \"$@\" > '" + (folder_ / "asked").string() +
                                     "'\necho '{\"components\": [], \"features\": [\"training.distributed.gloo\"]}'\n");
        std::filesystem::permissions(folder_ / "runtime", std::filesystem::perms::owner_all);
        ::setenv("GOETIA_RUNTIME", (folder_ / "runtime").c_str(), 1);
        folder_.write("config.yaml", kText);
    }
    ~ExperimentConfig() { ::unsetenv("GOETIA_RUNTIME"); }
    ExperimentConfig(const ExperimentConfig&) = delete;
    ExperimentConfig& operator=(const ExperimentConfig&) = delete;

    [[nodiscard]] Result<CheckedConfig> checked(const std::vector<std::string>& overrides = {},
                                                bool skip = false) const {
        return checked_config({.file = folder_ / "config.yaml", .config_dirs = {}, .overrides = overrides}, skip);
    }

    [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }

  private:
    TemporaryFolder folder_;
};

}  // namespace goetia::testkit
