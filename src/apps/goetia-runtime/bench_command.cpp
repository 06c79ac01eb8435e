// goetia-runtime bench --mode bare|trainer --depth 18 --batch 32 --size 64 --steps 50: how fast this build trains on a
// batch that is always the same. "bare" is a plain LibTorch loop; "trainer" is the real loop with its hooks and
// journal. --depth 0 trains next to nothing, so that the loop's own cost per step shows.
// Prints one JSON object; `goetia bench train` puts it beside Python's.
#include <cstdio>
#include <filesystem>

#include <ATen/Context.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/Parallel.h>
#include <torch/version.h>

#include "apps/goetia-runtime/command.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/random.h"
#include "launch/control.h"
#include "learn/components.h"
#include "learn/layers/linear.h"
#include "learn/loop/trainer.h"
#include "learn/tasks/classification.h"

namespace goetia::runtime {
namespace {

struct Shape {
    std::int64_t depth = 18, batch = 32, size = 64, steps = 50, warmup = 5, classes = 10;
};

std::int64_t whole(const Words& words, const std::string& name, std::int64_t fallback) {
    const auto text = option(words, name);
    return text ? std::atoll(text->c_str()) : fallback;
}

// The same batch every time: what is measured is training, not loading.
class SameBatch final : public Loader {
  public:
    SameBatch(const Shape& shape, std::int64_t batches) : batches_(batches) {
        const std::int64_t count = shape.batch * 3 * shape.size * shape.size;
        auto memory = std::make_shared<std::vector<float>>(static_cast<std::size_t>(count));
        Random random({1, 0, 0, purpose("bench")});
        for (float& number : *memory) number = static_cast<float>(random.normal());
        batch_.size = shape.batch, batch_.channels = 3, batch_.height = shape.size, batch_.width = shape.size;
        batch_.classes = shape.classes;
        batch_.memory = std::shared_ptr<void>(memory, memory->data());
        for (std::int64_t i = 0; i < shape.batch; ++i) batch_.truth.labels.push_back(i % shape.classes);
    }
    Status start(std::uint64_t, std::int64_t first) override { return given_ = first, Status(); }
    Result<std::optional<Batch>> next() override {
        if (given_ == batches_) return std::optional<Batch>();
        batch_.index = given_++;
        return std::optional<Batch>(batch_);
    }
    [[nodiscard]] std::int64_t batches_per_epoch() const override { return batches_; }
    [[nodiscard]] double seconds_waited() const override { return 0; }

  private:
    Batch batch_;
    std::int64_t batches_;
    std::int64_t given_ = 0;
};

// One layer over the mean image: a step that costs microseconds.
class NextToNothing final : public ClassificationModel {
  public:
    explicit NextToNothing(std::int64_t classes) : classes_(classes) {
        layer_ = register_module("layer", std::make_shared<Linear>(3, classes));
    }
    Outputs forward(const torch::Tensor& images) override { return {layer_->forward(images.mean({2, 3}))}; }
    Losses losses(const Outputs& outputs, const Targets& targets) override {
        const torch::Tensor loss = at::cross_entropy_loss(outputs[0], targets.labels);
        return {loss, {{"loss", loss}}};
    }
    [[nodiscard]] std::int64_t outcomes() const override { return classes_; }
    [[nodiscard]] std::int64_t layer_of(const std::string&) const override { return 0; }
    [[nodiscard]] std::int64_t layers() const override { return 1; }

  private:
    std::int64_t classes_;
    std::shared_ptr<Linear> layer_;
};

// Begins to measure when the warm-up is over.
class StopWatch final : public Hook {
  public:
    explicit StopWatch(std::int64_t warmup) : warmup_(warmup) {}
    [[nodiscard]] std::string_view name() const override { return "stop_watch"; }
    [[nodiscard]] HookPriority priority() const override { return HookPriority::kLast; }
    Status after_step(TrainContext& context) override {
        if (context.progress().step == warmup_) start();
        return {};
    }
    void start() { cpu_ = processor_seconds(), wall_ = steady_seconds(); }
    [[nodiscard]] double cpu() const { return processor_seconds() - cpu_; }
    [[nodiscard]] double wall() const { return steady_seconds() - wall_; }

  private:
    std::int64_t warmup_;
    double cpu_ = 0, wall_ = 0;
};

Result<RunParts> parts_for(const Components& components, const Shape& shape, const Json& optimizer) {
    RunParts parts;
    parts.ranks = lone_rank();
    GOETIA_ASSIGN(Ranks ranks, join_ranks({}));
    torch::manual_seed(1);
    const Json model{{"type", "ImageClassifier"},
                     {"backbone", {{"type", "ResNet"}, {"depth", shape.depth}}},
                     {"head", {{"type", "LinearClsHead"}, {"num_classes", shape.classes}}}};
    if (shape.depth == 0) {
        parts.model = std::make_shared<NextToNothing>(shape.classes);
    } else {
        GOETIA_ASSIGN(parts.model, components.models.make(model, "model", BuildContext{components, parts.ranks}));
    }
    GOETIA_ASSIGN(parts.kit, task_kit(parts.model->task()));
    GOETIA_ASSIGN(const auto groups, parameter_groups(*parts.model, optimizer));
    GOETIA_ASSIGN(parts.optimizer, components.optimizers.make(optimizer, "optimizer", groups));
    GOETIA_ASSIGN(parts.rate,
                  LearningRate::make(components.schedulers, nullptr, parts.optimizer->base_lr(), shape.steps, 1));
    parts.train = std::make_unique<SameBatch>(shape, shape.warmup + shape.steps);
    parts.sync = ranks.make_sync({}, false);
    parts.settings.log_interval = 10;
    return parts;
}

Status bare_loop(RunParts& parts, const Shape& shape, StopWatch& watch) {
    parts.model->train();
    GOETIA_TRY(parts.train->start(0, 0));
    for (std::int64_t step = 0; step < shape.warmup + shape.steps; ++step) {
        GOETIA_ASSIGN(const std::optional<Batch> batch, parts.train->next());
        const Targets targets = parts.kit->encode(batch->truth, batch->frames, parts.device);
        const Losses losses = parts.model->losses(parts.model->forward(images_of(*batch, parts.device)), targets);
        losses.total.backward();
        parts.optimizer->step(parts.optimizer->base_lr());
        parts.optimizer->zero_grad();
        if (step + 1 == shape.warmup) watch.start();
    }
    return {};
}

Status whole_loop(RunParts parts, const std::shared_ptr<StopWatch>& watch, const std::filesystem::path& folder) {
    GOETIA_ASSIGN(const ExperimentFolder experiment,
                  ExperimentFolder::create(folder, make_experiment_id(now(), "bench")));
    const AttemptRecord attempt{.attempt = 1, .experiment = experiment.id(), .resumed_from_step = 0};
    GOETIA_ASSIGN(parts.log, make_run_log(experiment, attempt));
    parts.hooks.push_back(watch);
    const auto control = std::make_shared<ControlReader>(experiment.control());  // looked at behind every step
    Trainer trainer(std::move(parts), [control]() -> Result<Ask> {
        GOETIA_ASSIGN(const Request request, control->poll());
        return request == Request::kStop ? Ask::kStop : Ask::kNothing;
    });
    GOETIA_ASSIGN(const RunEnd end, trainer.run());
    return {};
}

}  // namespace

Status bench_command(const Words& words) {
    const Shape shape{whole(words, "--depth", 18), whole(words, "--batch", 32), whole(words, "--size", 64),
                      whole(words, "--steps", 50), whole(words, "--warmup", 5)};
    at::set_num_threads(static_cast<int>(whole(words, "--threads", 1)));
    const std::string mode = option(words, "--mode").value_or("trainer");
    const Json optimizer{{"type", option(words, "--optimizer").value_or("SGD")}, {"lr", 0.01}};
    GOETIA_ASSIGN(const auto components, builtin_components());
    GOETIA_ASSIGN(RunParts parts, parts_for(*components, shape, optimizer));
    const auto watch = std::make_shared<StopWatch>(shape.warmup);
    if (mode == "bare") {
        GOETIA_TRY(bare_loop(parts, shape, *watch));
    } else {
        const auto folder = option(words, "--folder");
        if (!folder) return invalid("goetia-runtime bench --mode trainer needs --folder, an empty folder to write to");
        GOETIA_TRY(whole_loop(std::move(parts), watch, *folder));
    }
    const double images = static_cast<double>(shape.steps * shape.batch);
    const Json figures{{"mode", mode},
                       {"images", images},
                       {"cpu_seconds", watch->cpu()},
                       {"wall_seconds", watch->wall()},
                       {"threads", at::get_num_threads()},
                       {"torch", TORCH_VERSION}};
    std::puts(figures.dump().c_str());
    return {};
}

}  // namespace goetia::runtime
