// A sampler of your own: the order of an epoch's training samples. See my_component.yaml for its use.
#include <numeric>

#include <goetia/component.h>

using namespace goetia;

namespace {

class MyComponent final : public Sampler {
  public:
    static Schema schema() {
        return Schema("MyComponent", "A share of the samples, drawn anew each epoch")
            .with(number("share", "of the data set").above(0).at_most(1).fallback(0.5));
    }

    MyComponent(const Args& args, std::shared_ptr<const Dataset> dataset)
        : samples_(dataset->size()),
          size_(std::max<std::int64_t>(1, static_cast<std::int64_t>(args.number("share") * samples_))) {}

    std::int64_t size() const override { return size_; }

    // The same (seed, epoch) must give the same order: draw from a Random with a key, never from anywhere else.
    std::vector<std::int64_t> order(std::uint64_t seed, std::uint64_t epoch) const override {
        std::vector<std::int64_t> all(static_cast<std::size_t>(samples_));
        std::iota(all.begin(), all.end(), 0);
        Random({.seed = seed, .epoch = epoch, .purpose = purpose("sampler.MyComponent")}).shuffle(all);
        all.resize(static_cast<std::size_t>(size_));
        return all;
    }

  private:
    std::int64_t samples_;
    std::int64_t size_;
};

}  // namespace

GOETIA_COMPONENTS(registry) { return registry.samplers.add<MyComponent>(); }
