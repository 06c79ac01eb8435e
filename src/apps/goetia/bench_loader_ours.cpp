// Our side of `goetia bench loader`.
#include <ctime>

#include "apps/goetia/bench_loader.h"
#include "data/dataset.h"

namespace goetia::cli {
namespace {

double cpu_seconds() {
    timespec spent{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) * 1e-9;
}

}  // namespace

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
    options.numbers = ours.numbers;
    const auto loader = make_loader(dataset, sampler, std::move(pipeline), {}, std::move(options));
    LoaderCounts before;
    double cpu = 0;
    timespec wall{};
    const auto wall_now = [] {
        timespec now{};
        ::clock_gettime(CLOCK_MONOTONIC, &now);
        return now;
    };
    for (int epoch = 0; epoch <= epochs; ++epoch) {
        if (epoch == 1) cpu = cpu_seconds(), wall = wall_now(), before = loader->counts();  // the first warms up
        GOETIA_TRY(loader->start(static_cast<std::uint64_t>(epoch)));
        for (;;) {
            GOETIA_ASSIGN(const auto batch, loader->next());
            if (!batch) break;
        }
    }
    const timespec end = wall_now();
    Spent spent{.cpu = cpu_seconds() - cpu,
                .wall = static_cast<double>(end.tv_sec - wall.tv_sec) + (end.tv_nsec - wall.tv_nsec) * 1e-9,
                .counts = loader->counts()};
    spent.counts.images -= before.images, spent.counts.bytes_read -= before.bytes_read;
    spent.counts.bytes_decoded -= before.bytes_decoded, spent.counts.bytes_written -= before.bytes_written;
    spent.cpu /= static_cast<double>(spent.counts.images), spent.wall /= static_cast<double>(spent.counts.images);
    return spent;
}

}  // namespace goetia::cli
