// Small parts for the tests of the loop and its hooks: a linear model, batches drawn from a key, a log that remembers.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "base/random.h"
#include "learn/loop/trainer.h"
#include "learn/optim/optimizer.h"
#include "learn/tasks/classification.h"
#include "learn/torch_child.h"

namespace goetia::testkit {

class ToyModel final : public ClassificationModel {
  public:
    ToyModel()
        : linear(register_module("linear", torch::nn::Linear(12, 3))),
          norm(register_module("norm", torch::nn::BatchNorm1d(12))) {}
    Outputs forward(const torch::Tensor& images) override { return {linear(norm(images.flatten(1)))}; }
    Losses losses(const Outputs& outputs, const Targets& targets) override {
        torch::Tensor loss = torch::nn::functional::cross_entropy(outputs[0], targets.labels);
        if (poison) loss = loss * std::numeric_limits<double>::quiet_NaN();
        return {loss, {{"loss", loss}}};
    }
    [[nodiscard]] std::int64_t outcomes() const override { return 3; }
    [[nodiscard]] std::int64_t layer_of(const std::string&) const override { return 0; }
    [[nodiscard]] std::int64_t layers() const override { return 1; }

    torch::nn::Linear linear;
    torch::nn::BatchNorm1d norm;
    bool poison = false;
};

// Batches of 3x2x2 images whose values depend on (epoch, sample) only.
class ToyLoader final : public Loader {
  public:
    ToyLoader(std::int64_t batches, std::int64_t batch_size) : batches_(batches), batch_size_(batch_size) {}
    Status start(std::uint64_t epoch, std::int64_t first) override { return epoch_ = epoch, at_ = first, Status(); }
    Result<std::optional<Batch>> next() override {
        if (at_ == batches_) return std::optional<Batch>();
        Batch batch;
        batch.size = batch_size_, batch.channels = 3, batch.height = 2, batch.width = 2, batch.classes = 3,
        batch.index = at_;
        auto memory = std::make_shared<std::vector<float>>();
        for (std::int64_t row = 0; row < batch_size_; ++row) {
            const std::int64_t sample = at_ * batch_size_ + row;
            Random random({7, epoch_, static_cast<std::uint64_t>(sample), purpose("toy")});
            const std::int64_t label = sample % 3;
            for (int i = 0; i < 12; ++i)
                memory->push_back(static_cast<float>(random.normal() + (i % 3 == label ? 2.0 : 0.0)));
            batch.truth.labels.push_back(label);
            batch.frames.push_back({.sample = sample});
        }
        batch.memory = std::shared_ptr<void>(memory, memory->data());
        ++at_;
        return std::optional<Batch>(std::move(batch));
    }
    [[nodiscard]] std::int64_t batches_per_epoch() const override { return batches_; }
    [[nodiscard]] double seconds_waited() const override { return 0; }

  private:
    std::int64_t batches_, batch_size_;
    std::uint64_t epoch_ = 0;
    std::int64_t at_ = 0;
};

// What was recorded, kept by the test.
struct Recorded {
    std::vector<std::pair<std::string, double>> points;
    std::vector<std::pair<RecordType, Json>> records;
    std::vector<std::string> lines;
};

class RememberingLog final : public RunLog {
  public:
    explicit RememberingLog(std::shared_ptr<Recorded> recorded) : recorded_(std::move(recorded)) {}
    void log(std::string_view metric, std::int64_t, std::int64_t, double value) override {
        recorded_->points.emplace_back(metric, value);
    }
    Status append(RecordType type, const Json& body) override {
        return recorded_->records.emplace_back(type, body), Status();
    }
    Status flush() override { return {}; }
    void say(const std::string& line) override { recorded_->lines.push_back(line); }

  private:
    std::shared_ptr<Recorded> recorded_;
};

// Plain gradient descent: the simplest optimizer that is right.
class Descent final : public Optimizer {
  public:
    explicit Descent(std::vector<ParamGroup> groups) : Optimizer(std::move(groups)) {}
    void step(double lr) override {
        const torch::NoGradGuard no_gradients;
        for (const ParamGroup& group : groups_) {
            for (const torch::Tensor& parameter : group.params) parameter.sub_(parameter.grad(), lr);
        }
    }
    [[nodiscard]] double base_lr() const override { return 0.1; }
    [[nodiscard]] Value state() const override { return Dict{}; }
    Status load(const Value&) override { return {}; }
};

struct Toy {
    std::shared_ptr<ToyModel> model;
    std::shared_ptr<Recorded> recorded = std::make_shared<Recorded>();
    RunParts parts;
};

inline Toy make_toy(std::int64_t epochs = 2, std::int64_t batches = 4, std::int64_t batch_size = 6) {
    Toy toy;
    torch::manual_seed(3);
    toy.model = std::make_shared<ToyModel>();
    toy.parts.settings.epochs = epochs;
    toy.parts.settings.log_interval = 1;
    toy.parts.ranks = lone_rank();
    toy.parts.sync = join_ranks({})->make_sync({}, false);
    toy.parts.model = toy.model;
    toy.parts.kit = *task_kit(Task::kClassification);
    ParamGroup group;
    for (const auto& named : toy.model->named_parameters())
        group.params.push_back(named.tensor), group.names.push_back(named.name);
    toy.parts.optimizer = std::make_shared<Descent>(std::vector<ParamGroup>{group});
    toy.parts.rate = *LearningRate::make(SchedulerRegistry(Kind::kScheduler), nullptr, 0.1, batches, epochs);
    toy.parts.train = std::make_unique<ToyLoader>(batches, batch_size);
    toy.parts.log = std::make_unique<RememberingLog>(toy.recorded);
    return toy;
}

// A built-in hook, as `hooks` would name it.
inline std::shared_ptr<Hook> make_hook(const Json& config) {
    HookRegistry registry(Kind::kHook);
    EXPECT_TRUE(register_builtin_hooks(registry).ok());
    auto made = registry.make(config, "hooks[0]");
    EXPECT_TRUE(made.ok()) << (made.ok() ? "" : to_string(made.error()));
    return made.ok() ? *made : nullptr;
}

inline std::function<Result<Ask>()> nobody() {
    return [] { return Result<Ask>(Ask::kNothing); };
}

inline torch::Tensor all_weights(const Module& model) {
    std::vector<torch::Tensor> flat;
    for (const torch::Tensor& parameter : model.parameters()) flat.push_back(parameter.detach().flatten().clone());
    for (const torch::Tensor& buffer : model.buffers()) flat.push_back(buffer.to(torch::kFloat32).flatten().clone());
    return torch::cat(flat);
}

}  // namespace goetia::testkit
