// Our side of `goetia bench loader`.
#include "apps/goetia/bench_loader.h"
#include "base/clock.h"
#include "datasets/dataset.h"

namespace goetia::cli {

Json training_steps() {
    return {{{"type", "LoadImage"}},
            {{"type", "RandomResizedCrop"}, {"size", 224}},
            {{"type", "RandomHorizontalFlip"}},
            {{"type", "ToTensor"}},
            {{"type", "Normalize"}}};
}

Result<Spent> load(const Ours& ours, int epochs) {
    DatasetRegistry datasets(Kind::kDataset);
    SamplerRegistry samplers(Kind::kSampler);
    TransformRegistry transforms(Kind::kTransform);
    GOETIA_TRY(register_builtin_datasets(datasets));
    GOETIA_TRY(register_builtin_samplers(samplers));
    GOETIA_TRY(register_builtin_transforms(transforms));
    GOETIA_ASSIGN(const std::shared_ptr<const Dataset> dataset, datasets.make(ours.dataset, "dataset", Split::kTrain));
    GOETIA_ASSIGN(const std::shared_ptr<const Sampler> sampler,
                  samplers.make({{"type", "shuffle"}}, "sampler", dataset));
    GOETIA_ASSIGN(Pipeline pipeline, Pipeline::make(transforms, ours.pipeline, "pipeline"));
    LoaderOptions options{.batch_size = ours.batch, .threads = ours.threads, .seed = 1};
    options.pixel_type = ours.pixel_type;
    const auto loader = make_loader(dataset, sampler, std::move(pipeline), {}, std::move(options));
    LoaderCounts before;
    double cpu = 0, wall = 0;
    for (int epoch = 0; epoch <= epochs; ++epoch) {
        if (epoch == 1)  // the first warms up
            cpu = processor_seconds(), wall = steady_seconds(), before = loader->counts();
        GOETIA_TRY(loader->start(static_cast<std::uint64_t>(epoch)));
        for (;;) {
            GOETIA_ASSIGN(const auto batch, loader->next());
            if (!batch) break;
        }
    }
    Spent spent{.cpu = processor_seconds() - cpu, .wall = steady_seconds() - wall, .counts = loader->counts()};
    spent.counts.images -= before.images, spent.counts.bytes_read -= before.bytes_read;
    spent.counts.bytes_decoded -= before.bytes_decoded, spent.counts.bytes_written -= before.bytes_written;
    spent.cpu /= static_cast<double>(spent.counts.images), spent.wall /= static_cast<double>(spent.counts.images);
    return spent;
}

}  // namespace goetia::cli
