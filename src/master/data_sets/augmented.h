// What a pipeline makes of samples: one after each step, and several after all of them. For forms, while they are
// filled in: small, and bounded in time.
#pragma once

#include <memory>
#include <string>

#include "base/json_fwd.h"
#include "base/result.h"
#include "base/stop.h"
#include "master/data_sets/samples.h"

namespace goetia {

struct AugmentedAsked {
    std::string split = "train";
    std::shared_ptr<const Json> pipeline, batch_augments;  // as in the section `augmentation` of a configuration
    std::uint64_t seed = 0;
    std::int64_t count = 10;  // samples after the whole pipeline
    int size = 256;           // the longer side of the images of the steps, in pixels
    bool thumbnails = true;   // the samples after the whole pipeline, too
};

// {"image", "steps", "step_faults", "samples", "notes"}; images are JPEG in base64, "" where there is none. Faults of
// the pipeline have the paths "pipeline[2].size" and "batch_augments[0].alpha". kUnavailable: it took too long.
Result<Json> augmented_samples(const OpenedSet& set, const AugmentedAsked& asked, const MayShow& may_show,
                               const StopToken& stop);

}  // namespace goetia
