#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "base/json_text.h"
#include "feeding/transforms/size.h"
#include "feeding/transforms/steps.h"
#include "imaging/kernels/geometry.h"

namespace goetia {
namespace {

constexpr int kErasingTries = 10;

class RandomErasing : public Transform {
  public:
    static Schema schema() {
        return Schema("RandomErasing", "Overwrites a random part of the floats, after ToTensor")
            .with(number("prob", "How often").between(0, 1).fallback(0.5))
            .with(numbers("scale", "The part's share of the area, [low, high]")
                      .length(2)
                      .above(0)
                      .at_most(1)
                      .fallback({0.02, 0.33}))
            .with(numbers("ratio", "The part's height / width, [low, high]").length(2).above(0).fallback({0.3, 3.3}))
            .with(anything("value",
                           "What is written: one number, one for each channel, or 'random' for noise with deviation 1")
                      .fallback(0.0));
    }

    static Result<std::unique_ptr<RandomErasing>> make(const Args& args) {
        auto made = std::make_unique<RandomErasing>();
        made->probability_ = args.number("prob");
        made->scale_ = args.list<double>("scale");
        made->ratio_ = args.list<double>("ratio");
        for (const std::string& fault : {range_fault("scale", made->scale_), range_fault("ratio", made->ratio_)}) {
            if (!fault.empty()) return invalid("{}", fault);
        }
        const Json& value = args.json().at("value");
        const bool channels = value.is_array() && value.size() == 3 &&
                              std::all_of(value.begin(), value.end(), [](const Json& one) { return one.is_number(); });
        if (channels) made->value_ = value.get<std::vector<float>>();
        else if (value.is_number()) made->value_.assign(3, value.get<float>());
        else if (value != "random")
            return invalid("value needs one number, one for each of 3 channels, or 'random', found {}",
                           json_text(value));
        return made;
    }

    Status apply(Sample& sample, Random& random) const override {
        GOETIA_TRY(needs_planes(sample));
        if (!random.chance(probability_)) return {};
        Planes& planes = sample.planes;
        for (int i = 0; i < kErasingTries; ++i) {
            const double area =
                static_cast<double>(planes.width) * planes.height * random.uniform(scale_[0], scale_[1]);
            const double ratio = std::exp(random.uniform(std::log(ratio_[0]), std::log(ratio_[1])));
            const int height = static_cast<int>(std::lround(std::sqrt(area * ratio))),
                      width = static_cast<int>(std::lround(std::sqrt(area / ratio)));
            if (height < 1 || width < 1 || height >= planes.height || width >= planes.width) continue;
            const int top = static_cast<int>(random.between(0, planes.height - height)),
                      left = static_cast<int>(random.between(0, planes.width - width));
            erase(planes, {top, left, height, width}, random);
            return {};
        }
        return {};  // no random part fits: the image is unchanged
    }

  private:
    void erase(Planes& planes, const Rect& part, Random& random) const {
        for (int c = 0; c < planes.channels; ++c) {
            for (int y = part.top; y < part.top + part.height; ++y) {
                float* row = planes.values.data() + (static_cast<std::size_t>(c) * planes.height + y) * planes.width;
                for (int x = part.left; x < part.left + part.width; ++x)
                    row[x] = value_.empty() ? static_cast<float>(random.normal()) : value_[static_cast<std::size_t>(c)];
            }
        }
    }

    double probability_ = 0;
    std::vector<double> scale_, ratio_;
    std::vector<float> value_;  // empty: noise
};

}  // namespace

Status add_random_erasing(TransformRegistry& registry) { return registry.add<RandomErasing>(); }

}  // namespace goetia
