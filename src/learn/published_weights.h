// The weights that torchvision publishes for models of this build: their names and files.
#pragma once

#include <span>
#include <string_view>

namespace goetia {

struct PublishedWeights {
    std::string_view name;  // as Python writes it: "ResNet50_Weights.IMAGENET1K_V2"
    std::string_view file;  // under https://download.pytorch.org/models/
};

std::span<const PublishedWeights> torchvision_weights();

}  // namespace goetia
