// From the names of weights that were made elsewhere, torchvision's above all, to those of a model of ours.
#pragma once

#include <set>
#include <string>

#include "learn/module.h"

namespace goetia {

class WeightNames {
  public:
    explicit WeightNames(const Module& model);

    // The model's name for what is called `name` there: by the first rule of the table in weight_names.cpp that leads
    // to one. `name` itself where none does.
    [[nodiscard]] std::string ours(const std::string& name) const;

  private:
    std::set<std::string, std::less<>> own_;
};

}  // namespace goetia
