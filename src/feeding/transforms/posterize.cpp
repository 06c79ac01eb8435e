#include "feeding/transforms/steps.h"
#include "imaging/kernels/colour.h"

namespace goetia {
namespace {

class Posterize : public Sometimes {
  public:
    static Schema schema() {
        return Schema("Posterize", "Keeps only the upper bits of each level")
            .with(integer("bits", "How many bits are kept").between(0, 8).fallback(4))
            .with(prob_param(1.0));
    }

    explicit Posterize(const Args& args) : Sometimes(args), bits_(static_cast<int>(args.integer("bits"))) {}

  protected:
    Status change(Sample& sample, Random&) const override {
        posterize(sample.image, bits_);
        return {};
    }

  private:
    int bits_;
};

}  // namespace

Status add_posterize(TransformRegistry& registry) { return registry.add<Posterize>(); }

}  // namespace goetia
