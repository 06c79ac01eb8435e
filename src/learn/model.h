// What is trained: a model is a module that turns pictures into scores and, given the truth, into losses.
//
// A classifier is put together from a backbone (pictures to features), an optional neck, and a head (features to scores
// and losses); each is a component of its own. Parameter names follow the tree: "backbone.layer1.0.conv1.weight".
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "component/registry.h"
#include "learn/dist/communicator.h"
#include "learn/module.h"
#include "learn/tensor.h"

namespace goetia {

struct Components;

// The truth of one batch, on the model's device.
struct Targets {
    torch::Tensor labels;  // int64 [N]; -1 where unknown
    torch::Tensor soft;    // float [N, classes] when labels were mixed, else undefined
};

struct Losses {
    torch::Tensor total;                                       // a scalar: what is differentiated
    std::vector<std::pair<std::string, torch::Tensor>> parts;  // each term by name, already weighted
    torch::Tensor scores;                                      // detached, [N, classes]
};

// What a model is made with, besides its own parameters.
struct BuildContext {
    const Components& components;
    std::shared_ptr<Communicator> ranks;  // SyncBN adds its statistics over these; a lone rank's does nothing
};

class Model : public Module {
  public:
    virtual torch::Tensor scores(const torch::Tensor& images) = 0;
    virtual Losses losses(const torch::Tensor& images, const Targets& targets) = 0;
    [[nodiscard]] virtual std::int64_t classes() const = 0;
    [[nodiscard]] virtual std::vector<std::int64_t> topk() const { return {1}; }
    // Which layer (0 = nearest the picture, layers() - 1 = the head) a parameter belongs to, and how many there are:
    // for layer-wise rates.
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

class Head : public Module {
  public:
    virtual torch::Tensor scores(const std::vector<torch::Tensor>& features) = 0;
    virtual Losses losses(const std::vector<torch::Tensor>& features, const Targets& targets) = 0;
    [[nodiscard]] virtual std::int64_t classes() const = 0;
    // The k of the top-k accuracies this head wants told.
    [[nodiscard]] virtual std::vector<std::int64_t> topk() const { return {1}; }
};

class Loss : public Module {
  public:
    virtual torch::Tensor forward(const torch::Tensor& scores, const Targets& targets) = 0;
};

using ModelRegistry = Registry<Model, const BuildContext&>;
using BackboneRegistry = Registry<Backbone, const BuildContext&>;
using NeckRegistry = Registry<Neck, const BuildContext&>;
using HeadRegistry = Registry<Head, const BuildContext&>;
using LossRegistry = Registry<Loss>;

}  // namespace goetia
