#include "feeding/transforms/steps.h"
#include "imaging/kernels/colour.h"

namespace goetia {
namespace {

class Grayscale : public Sometimes {
  public:
    static Schema schema() {
        return Schema("Grayscale", "Makes the colours grey; the channels stay three").with(prob_param(1.0));
    }

    explicit Grayscale(const Args& args) : Sometimes(args) {}

  protected:
    Status change(Sample& sample, Random&) const override {
        make_grey(sample.image);
        return {};
    }
};

}  // namespace

Status add_grayscale(TransformRegistry& registry) { return registry.add<Grayscale>(); }

}  // namespace goetia
