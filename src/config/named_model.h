// Whole models by name: the options of the config group "model" (configs/groups/model/resnet50.yaml), which experiment
// files choose by "model: resnet50" in their defaults list or `model=resnet50` on the command line.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

std::vector<std::string> model_names();  // in alphabetical order; none where this program has no configs/

// The `model` section of that name, as it is without an experiment file around it: with the classes of the published
// weights. An Error names the nearest one.
Result<Json> named_model(const std::string& name);

// What the built-in model of this type (`model.type`) is trained for; empty: it is none of them.
std::string task_of_model(const std::string& type);

}  // namespace goetia
