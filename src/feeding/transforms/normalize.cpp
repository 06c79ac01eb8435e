#include "feeding/transforms/steps.h"

namespace goetia {
namespace {

class Normalize : public Transform {
  public:
    static Schema schema() {
        return Schema("Normalize", "Subtracts a mean from each channel and divides by its deviation")
            .with(numbers("mean", "Of each channel, in numbers 0 to 1; one number for all")
                      .length(3)
                      .or_scalar()
                      .fallback({0.485, 0.456, 0.406}))
            .with(numbers("std", "Of each channel; one number for all")
                      .length(3)
                      .or_scalar()
                      .above(0)
                      .fallback({0.229, 0.224, 0.225}));
    }

    explicit Normalize(const Args& args) : mean_(args.list<float>("mean", 3)), deviation_(args.list<float>("std", 3)) {
        normalization_ =
            make_normalization({mean_[0], mean_[1], mean_[2]}, {deviation_[0], deviation_[1], deviation_[2]});
    }

    [[nodiscard]] bool takes_pending() const override { return true; }

    Status apply(Sample& sample, Random&) const override {
        GOETIA_TRY(needs_planes(sample));
        if (sample.pending && !sample.pending.normalization->normalised) {
            sample.pending.normalization = &normalization_;
            return {};
        }
        GOETIA_TRY(materialize(sample));
        Planes& planes = sample.planes;
        const std::size_t area = static_cast<std::size_t>(planes.width) * planes.height;
        for (std::size_t c = 0; c < static_cast<std::size_t>(planes.channels); ++c) {
            float* values = planes.values.data() + area * c;
            const float mean = mean_[c], deviation = deviation_[c];
            for (std::size_t i = 0; i < area; ++i) values[i] = (values[i] - mean) / deviation;
        }
        return {};
    }

  private:
    std::vector<float> mean_;
    std::vector<float> deviation_;
    Normalization normalization_;
};

}  // namespace

Status add_normalize(TransformRegistry& registry) { return registry.add<Normalize>(); }

}  // namespace goetia
