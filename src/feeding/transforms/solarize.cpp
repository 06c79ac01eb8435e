#include "feeding/transforms/steps.h"
#include "imaging/kernels/colour.h"

namespace goetia {
namespace {

class Solarize : public Sometimes {
  public:
    static Schema schema() {
        return Schema("Solarize", "Inverts the levels from a threshold on")
            .with(number("threshold", "The first level that is inverted").between(0, 256).fallback(128))
            .with(prob_param(1.0));
    }

    explicit Solarize(const Args& args) : Sometimes(args), threshold_(args.number("threshold")) {}

  protected:
    Status change(Sample& sample, Random&) const override {
        solarize(sample.image, threshold_);
        return {};
    }

  private:
    double threshold_;
};

}  // namespace

Status add_solarize(TransformRegistry& registry) { return registry.add<Solarize>(); }

}  // namespace goetia
