// What happens to a sample, and to a batch, before the model sees it.
#pragma once

#include <memory>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "component/registry.h"
#include "data/sample.h"

namespace goetia {

// One step of augmentation.<split>.pipeline. Threads call it at once; every draw comes from `random`, which is keyed by
// (seed, epoch, sample, the step's place and name).
class Transform {
  public:
    virtual ~Transform() = default;
    virtual Status apply(Sample& sample, Random& random) const = 0;
};

struct Batch;

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

    Status apply(Sample& sample, std::uint64_t seed, std::uint64_t epoch) const;

  private:
    struct Step {
        std::shared_ptr<Transform> transform;
        std::string name;  // "Resize (augmentation.train.pipeline[1])"
        std::uint64_t purpose = 0;
    };
    std::vector<Step> steps_;
};

}  // namespace goetia
