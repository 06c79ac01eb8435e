// What happens to a sample, and to a batch, before the model sees it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "component/registry.h"
#include "imaging/sample.h"

namespace goetia {

// One step of augmentation.<split>.pipeline. Threads call it at once; every draw comes from `random`, which is keyed by
// (seed, epoch, sample, the step's place and name).
class Transform {
  public:
    virtual ~Transform() = default;
    virtual Status apply(Sample& sample, Random& random) const = 0;
    // Whether apply() can write its wish into Sample::pending. Every other step is given the pixels.
    [[nodiscard]] virtual bool takes_pending() const { return false; }

    // 0: `random` is another one for each sample. N: it is the same for all samples of N batches in a row, on every
    // rank.
    [[nodiscard]] virtual std::int64_t batches_of_a_draw() const { return 0; }

    // How many other samples of the set are mixed in this time; more than none: mix() is called in place of apply(),
    // with the same `random` and with samples that came through the steps before this one.
    virtual int partners(Random&) const { return 0; }
    virtual Status mix(Sample&, std::vector<Sample>&, Random&) const { return {}; }
};

// A step that only mixes (Mosaic): without partners it leaves the sample.
class MixingTransform : public Transform {
  public:
    Status apply(Sample&, Random&) const final { return {}; }
    int partners(Random& random) const override = 0;
    Status mix(Sample& sample, std::vector<Sample>& others, Random& random) const override = 0;
};

struct Batch;
class Dataset;

// One step of augmentation.train.batch_augments, over a whole batch; keyed by (seed, epoch, batch, place in the list).
class BatchTransform {
  public:
    virtual ~BatchTransform() = default;
    virtual Status apply(Batch& batch, Random& random) const = 0;
};

using TransformRegistry = Registry<Transform>;
using BatchTransformRegistry = Registry<BatchTransform>;

Status register_builtin_transforms(TransformRegistry& registry);
Status register_builtin_batch_transforms(BatchTransformRegistry& registry);

// The steps of one pipeline, in order; a fault says which step and sample.
class Pipeline {
  public:
    // `config` is the list of the experiment file, `path` where it stands ("augmentation.train.pipeline").
    static Result<Pipeline> make(const TransformRegistry& registry, const Json& config, const std::string& path);

    // `others` is where steps that mix take their partners from: drawn by (seed, epoch, sample, step), so that threads,
    // ranks and resuming change nothing. A partner that cannot be read is passed over for the next drawn one; it is
    // told when its own turn comes.
    Status apply(Sample& sample, std::uint64_t seed, std::uint64_t epoch, const Dataset* others = nullptr) const;
    // The same, but that the last of it may be left pending in the workspace, which the caller then makes where the
    // result is wanted.
    Status begin(Sample& sample, std::uint64_t seed, std::uint64_t epoch, Workspace& workspace,
                 const Dataset* others = nullptr) const;

    // Whether what begin() leaves are levels of three channels, which a batch may keep as bytes: as the first sample
    // shows.
    [[nodiscard]] bool ends_in_levels(const Dataset& dataset) const;

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
    Result<std::vector<Sample>> partners(const Sample& sample, std::size_t number, int wanted, const Draw& draw) const;

    std::vector<Step> steps_;
};

}  // namespace goetia
