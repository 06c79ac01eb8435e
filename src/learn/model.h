// What is trained: a model turns images into outputs; from these come its losses, given the truth, and its predictions.
//
// Most models are put together from a backbone (images to features), an optional neck, and a head (features to
// outputs); each is a component of its own. Parameter names follow the tree: "backbone.layer1.0.conv1.weight".
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "component/registry.h"
#include "imaging/task.h"
#include "imaging/truth.h"
#include "learn/dist/communicator.h"
#include "learn/module.h"
#include "learn/tensor.h"
#include "metrics/predictions.h"

namespace goetia {

struct Components;

// The objects of one image, on the model's device; groups marked as one (crowds) are left out.
struct ObjectTargets {
    torch::Tensor boxes;   // float [objects, 4]: x1, y1, x2, y2 in the row's pixels
    torch::Tensor labels;  // int64 [objects], classes counted from 0
    torch::Tensor masks;   // uint8 [objects, height, width] of the row, for instance segmentation; else undefined
};

// The truth of one batch, on the model's device.
struct Targets {
    torch::Tensor labels;                // int64 [N]; -1 where unknown
    torch::Tensor soft;                  // float [N, classes] when labels were mixed, else undefined
    torch::Tensor values;                // float [N, targets] of regression; [N, classes] of multilabel, 0 or 1
    torch::Tensor masks;                 // int64 [N, height, width] of semantic segmentation; 255 = ignored
    std::vector<ObjectTargets> objects;  // of each row, for detection and instance segmentation
    std::vector<Frame> frames;           // of each row
};

// What a forward pass gives, computed once and read by losses() and predict(). Which tensors these are is the model's
// own affair; of a classifier the first is its class scores [N, classes].
using Outputs = std::vector<torch::Tensor>;

struct Losses {
    torch::Tensor total;                                       // a scalar: what is differentiated
    std::vector<std::pair<std::string, torch::Tensor>> parts;  // each term by name, already weighted
};

// What a model is made with, besides its own parameters.
struct BuildContext {
    const Components& components;
    std::shared_ptr<Communicator> ranks;  // SyncBN adds its statistics over these; a lone rank's does nothing
};

// A module whose outputs answer a task's question: what models and heads have in common.
class TaskModule : public Module {
  public:
    [[nodiscard]] virtual Task task() const = 0;
    [[nodiscard]] virtual std::int64_t outcomes() const = 0;  // classes, or targets of a regression
    virtual Losses losses(const Outputs& outputs, const Targets& targets) = 0;
    [[nodiscard]] virtual Predictions predict(const Outputs& outputs, const std::vector<Frame>& frames) const = 0;

    // What is counted of the training batches besides the loss: names ("accuracy_top1"), and for each a sum over the
    // batch's rows, a scalar on the device. Their means over an epoch are its "train/" values.
    [[nodiscard]] virtual std::vector<std::string> counted() const { return {}; }
    [[nodiscard]] virtual std::vector<torch::Tensor> count(const Outputs&, const Targets&) const { return {}; }
};

class Model : public TaskModule {
  public:
    virtual Outputs forward(const torch::Tensor& images) = 0;
    // Which layer (0 = nearest the image, layers() - 1 = the head) a parameter belongs to, and how many there are: for
    // layer-wise rates.
    [[nodiscard]] virtual std::int64_t layer_of(const std::string& parameter) const = 0;
    [[nodiscard]] virtual std::int64_t layers() const = 0;
};

class Backbone : public Module {
  public:
    virtual std::vector<torch::Tensor> forward(const torch::Tensor& images) = 0;  // one map per out index
    [[nodiscard]] virtual std::vector<std::int64_t> channels() const = 0;         // of each of them
    [[nodiscard]] virtual std::int64_t layer_of(const std::string& parameter) const = 0;
    [[nodiscard]] virtual std::int64_t layers() const = 0;
};

class Neck : public Module {
  public:
    virtual std::vector<torch::Tensor> forward(std::vector<torch::Tensor> features) = 0;
    // The channels it hands on when it is given these; the same ones unless a neck says otherwise.
    [[nodiscard]] virtual std::vector<std::int64_t> channels(std::vector<std::int64_t> incoming) const {
        return incoming;
    }
};

class Head : public TaskModule {
  public:
    virtual Outputs forward(const std::vector<torch::Tensor>& features) = 0;
};

// Knows no task: it compares what was found with the truth, row by row, and gives one scalar.
class Loss : public Module {
  public:
    // `truth` has the shape that the loss documents; `weight` is one factor for each row, undefined: all count alike.
    virtual torch::Tensor forward(const torch::Tensor& found, const torch::Tensor& truth,
                                  const torch::Tensor& weight = {}) = 0;
};

using ModelRegistry = Registry<Model, const BuildContext&>;
using BackboneRegistry = Registry<Backbone, const BuildContext&>;
using NeckRegistry = Registry<Neck, const BuildContext&>;
using HeadRegistry = Registry<Head, const BuildContext&>;
using LossRegistry = Registry<Loss>;

}  // namespace goetia
