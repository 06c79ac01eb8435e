// Transforms of samples and batches, and the pipeline that applies them before the model.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "component/registry.h"
#include "imaging/sample.h"

namespace goetia {

// One step of augmentation.<split>.pipeline. Thread-safe; all randomness comes from `random`, which is keyed by (seed,
// epoch, sample, the step's position and name).
class Transform {
  public:
    virtual ~Transform() = default;
    virtual Status apply(Sample& sample, Random& random) const = 0;
    // Whether apply() can record its operation in Sample::pending. Other steps are given pixels.
    [[nodiscard]] virtual bool takes_pending() const { return false; }

    // 0: each sample has its own `random`. N: all samples of N batches in a row share one, on every rank.
    [[nodiscard]] virtual std::int64_t batches_of_a_draw() const { return 0; }

    // How many other samples of the set to mix in this time. If any, mix() is called instead of apply(), with the same
    // `random` and with samples that have passed the steps before this one.
    virtual int partners(Random&) const { return 0; }
    virtual Status mix(Sample&, std::vector<Sample>&, Random&) const { return {}; }
};

// A step that only mixes (Mosaic): without partners it changes nothing.
class MixingTransform : public Transform {
  public:
    Status apply(Sample&, Random&) const final { return {}; }
    int partners(Random& random) const override = 0;
    Status mix(Sample& sample, std::vector<Sample>& others, Random& random) const override = 0;
};

struct Batch;
class Dataset;

// One step of augmentation.train.batch_augments, on a whole batch; `random` is keyed by (seed, epoch, batch, the step's
// position).
class BatchTransform {
  public:
    virtual ~BatchTransform() = default;
    virtual Status apply(Batch& batch, Random& random) const = 0;
};

using TransformRegistry = Registry<Transform>;
using BatchTransformRegistry = Registry<BatchTransform>;

Status register_builtin_transforms(TransformRegistry& registry);
Status register_builtin_batch_transforms(BatchTransformRegistry& registry);

// The steps of one pipeline, in order; errors name the step and the sample.
class Pipeline {
  public:
    // `config` is the list in the experiment file, `path` its key ("augmentation.train.pipeline").
    static Result<Pipeline> make(const TransformRegistry& registry, const Json& config, const std::string& path);

    // Steps that mix draw their partners from `others`, keyed by (seed, epoch, sample, step), so that threads, ranks
    // and resuming change nothing. A broken partner is skipped for the next draw; it is reported when its own turn
    // comes.
    Status apply(Sample& sample, std::uint64_t seed, std::uint64_t epoch, const Dataset* others = nullptr) const;
    // The same, but the result may be left pending in the workspace, for the caller to render where it is needed.
    Status begin(Sample& sample, std::uint64_t seed, std::uint64_t epoch, Workspace& workspace,
                 const Dataset* others = nullptr) const;

    // Whether begin() leaves bytes of three channels, which a batch may keep as bytes. Tried on the first sample.
    [[nodiscard]] bool ends_in_bytes(const Dataset& dataset) const;

  private:
    struct Step {
        std::shared_ptr<Transform> transform;
        std::string name;  // "Resize (augmentation.train.pipeline[1])"
        std::uint64_t purpose = 0;
    };
    struct Draw {
        std::uint64_t seed = 0, epoch = 0;
        const Dataset* others = nullptr;
        Workspace* workspace = nullptr;
    };

    // The steps before number `end`.
    Status run(Sample& sample, std::size_t end, const Draw& draw) const;
    Status run_step(Sample& sample, std::size_t number, const Draw& draw) const;
    Result<std::vector<Sample>> partners(const Sample& sample, std::size_t number, int count, const Draw& draw) const;

    std::vector<Step> steps_;
};

}  // namespace goetia
