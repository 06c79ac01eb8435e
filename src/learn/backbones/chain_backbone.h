// What backbones have in common that are a chain of steps: which maps are handed on, which stages are frozen, and which
// layer of the network a parameter is in.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_fwd.h"
#include "component/args.h"
#include "component/schema.h"
#include "learn/layers/conv_norm_act.h"
#include "learn/layers/norm.h"
#include "learn/model.h"

namespace goetia {

class ChainBackbone : public Backbone {
  public:
    std::vector<torch::Tensor> forward(const torch::Tensor& images) override;
    [[nodiscard]] std::vector<std::int64_t> channels() const final;
    // Every step that has parameters is a layer; what belongs to no step is of the first one.
    [[nodiscard]] std::int64_t layer_of(const std::string& parameter) const final;
    [[nodiscard]] std::int64_t layers() const final;
    void train(bool on = true) final;  // what is frozen stays in evaluation

  protected:
    using Parts = std::vector<std::pair<std::string, std::shared_ptr<Module>>>;  // by their names in this backbone
    struct Step {
        Parts parts;                                             // none: it has no parameters
        std::function<torch::Tensor(const torch::Tensor&)> run;  // leaves its argument as it is
        std::int64_t channels;                                   // of the maps it gives
    };
    void add_step(Step step) { steps_.push_back(std::move(step)); }
    void add_layer(std::string name, std::shared_ptr<MapsLayer> layer, std::int64_t channels);
    [[nodiscard]] std::size_t step_count() const { return steps_.size(); }
    [[nodiscard]] std::int64_t last_channels() const { return steps_.back().channels; }

    // The steps, in rising order, whose maps forward() gives; no step after the last of them runs.
    void hand_on(std::vector<std::size_t> steps) { handed_on_ = std::move(steps); }
    // The parameters of the first `count` steps are not trained and their norms keep their statistics.
    void freeze(std::size_t count);

  private:
    std::vector<Step> steps_;
    std::vector<std::size_t> handed_on_;
    std::size_t frozen_ = 0;
};

// Registers `child` below `root` by a dotted name, with plain modules on the way.
void register_below(Module& root, const std::string& name, const std::shared_ptr<Module>& child);

struct StageParams {
    std::string outs, frozen;  // the sentences on out_indices and frozen_stages
    std::int64_t last_out = 0, stages = 0;
};

// "out_indices", "frozen_stages", "norm_cfg" (with `norm` unless given) and "in_channels".
Schema with_stage_params(Schema schema, const StageParams& params, const Json& norm);

// The faults of these parameters that the schema cannot know. `outs` of them can be handed on, each called a `what`.
void check_outs(const std::vector<std::int64_t>& outs, std::int64_t count, std::string_view what,
                std::vector<Fault>& faults);
void check_frozen(std::int64_t frozen, std::int64_t stages, std::vector<Fault>& faults);
// "out_indices" of `args`, or only the last of `count`.
std::vector<std::int64_t> outs_of(const Args& args, std::int64_t count);

// The norms that "norm_cfg" of `args` names, once they fit all these numbers of channels and there are no `faults`.
Result<NormFactory> norms_for(const std::string& backbone, const Args& args, const BuildContext& context,
                              const std::vector<std::int64_t>& channels, std::vector<Fault> faults);

}  // namespace goetia
