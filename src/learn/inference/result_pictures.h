// Pictures of what was found: one for each image, and a sheet of the worst mistakes beside their truth.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "datasets/dataset.h"
#include "feeding/transform.h"
#include "imaging/truth.h"
#include "metrics/predictions.h"

namespace goetia {

struct PictureOptions {
    std::int64_t pictures = 0;  // at most so many images, the first ones
    std::int64_t mistakes = 0;  // at most so many on the sheet
    double least_score = 0.25;  // of an object that is drawn, or counted as a mistake
};

class ResultPictures {
  public:
    ResultPictures(std::filesystem::path folder, const Dataset& data, const std::vector<std::string>& classes,
                   const TransformRegistry& transforms, PictureOptions options);

    // `truth` is null where nothing is known of the images: then there are no mistakes.
    Status take(const Predictions& found, const std::vector<Frame>& frames, const Truth* truth);
    Result<std::vector<std::filesystem::path>> finish();

  private:
    struct Mistake {
        double wrongness;
        std::array<Sample, 2> pair;  // truth and found
    };
    Status draw(const Sample& sample);
    void remember(Mistake mistake);

    std::filesystem::path folder_;
    const Dataset& data_;
    const std::vector<std::string>& classes_;
    const TransformRegistry& transforms_;
    PictureOptions options_;
    std::int64_t drawn_ = 0;
    std::vector<Mistake> worst_;  // the worst first
};

}  // namespace goetia
