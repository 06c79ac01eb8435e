// goetia bench loader: compares our loader with the strongest peers on the same JPEG files, in alternation, in CPU
// seconds of all threads and processes.
#include <algorithm>
#include <optional>

#include "apps/goetia/bench_images.h"
#include "apps/goetia/bench_loader.h"
#include "apps/goetia/command.h"
#include "base/files.h"
#include "base/process.h"
#include "base/scratch_folder.h"
#include "config/config.h"
#include "datasets/dataset.h"
#include "experiment/environment.h"
#include "feeding/packed/pack.h"

namespace goetia::cli {
namespace {

namespace fs = std::filesystem;

struct LoaderBenchOptions {
    int rounds = 3, images = 600, epochs = 2;
    bool quick = false, setup = false;
    std::vector<std::string> only;
};

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 != 0 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// For images decoded at full size, or (like Pillow's thumbnails) reduced, to no less than twice the target size.
Json letterbox_steps(bool reduced) {
    return {{{"type", "LoadImage"}, {"reducing_gap", reduced ? Json(2) : Json()}},
            {{"type", "Resize"}, {"size", 640}, {"mode", "letterbox"}},
            {{"type", "ToTensor"}},
            {{"type", "Normalize"}}};
}

struct ImageKind {
    std::string name;
    BenchImagesPlan plan;
    fs::path folder;
    [[nodiscard]] Ours ours(Peer::Against against, PixelType pixel_type) const {
        using enum Peer::Against;
        if (against == kFiles) return {{{"type", "ImageFolder"}, {"data_root", folder}}, training_steps(), pixel_type};
        const fs::path packed = folder / (against == kPackedJpeg ? "packed" : "packed_pixels");
        return {{{"type", "Packed"}, {"data_root", packed}}, training_steps(), pixel_type};
    }
};

Status make_images(ImageKind& kind, Json& figures) {
    GOETIA_ASSIGN(const std::int64_t bytes, make_bench_images(kind.plan, kind.folder));
    figures[kind.name + "_bytes_per_file"] = static_cast<double>(bytes) / kind.plan.count;
    DatasetRegistry datasets(Kind::kDataset);
    GOETIA_TRY(register_builtin_datasets(datasets));
    GOETIA_ASSIGN(const auto dataset,
                  datasets.make({{"type", "ImageFolder"}, {"data_root", kind.folder}}, "dataset", Split::kTrain));
    GOETIA_TRY(pack(*dataset, {.folder = kind.folder / "packed"}));
    return pack(*dataset, {.folder = kind.folder / "packed_pixels", .decoded = true, .largest_side = 500});
}

// Measures one peer on one kind of image `rounds` times, in alternation with our side.
Status compare(const Peer& peer, const ImageKind& kind, const LoaderBenchOptions& options, Outcome& outcome) {
    std::vector<double> mine, theirs, ratios;
    Json versions;
    for (int round = 0; round < options.rounds; ++round) {
        GOETIA_ASSIGN(const Spent spent, load(kind.ours(peer.against, peer.pixel_type), options.epochs));
        const auto figures = run_peer(peer, kind.folder, options.epochs);
        if (!figures) {
            outcome.json["not_measured"][peer.name] = figures.error().message;
            outcome.text +=
                fmt::format("  {:<10} {:<30} not measured: {}\n", kind.name, peer.name, figures.error().message);
            return {};
        }
        versions = figures.value()["versions"];
        theirs.push_back(figures.value()["cpu_seconds"].get<double>() / figures.value()["images"].get<double>());
        mine.push_back(spent.cpu);
        ratios.push_back(theirs.back() / mine.back());
    }
    const std::string key = kind.name + ": " + peer.name;
    outcome.json["ratios"][key] = median(ratios);
    outcome.json["figures"][key] = {{"goetia_images_per_cpu_second", 1 / median(mine)},
                                    {"peer_images_per_cpu_second", 1 / median(theirs)},
                                    {"wanted", peer.required},
                                    {"goal", peer.goal},
                                    {"versions", versions}};
    outcome.text +=
        fmt::format("  {:<10} {:<30} {:>7.0f} {:>7.0f} {:>7.2f}x  (required {}x, goal {}x; {})\n", kind.name, peer.name,
                    1 / median(theirs), 1 / median(mine), median(ratios), peer.required, peer.goal, versions.dump());
    return {};
}

// Our side alone: threads, kinds of batches, bytes read.
Status measure_ours(const ImageKind& kind, const LoaderBenchOptions& options, Outcome& outcome) {
    using enum Peer::Against;
    Json& figures = outcome.json["figures"];
    const auto say = [&](const std::string& name, const Spent& spent) {
        figures[kind.name + ": " + name] = {{"images_per_cpu_second", 1 / spent.cpu},
                                            {"images_per_second", 1 / spent.wall}};
        outcome.text += fmt::format("  {:<10} {:<40} {:>8.0f} images/CPU s {:>8.0f} images/s\n", kind.name, name,
                                    1 / spent.cpu, 1 / spent.wall);
    };
    for (const int threads : {0, 1, 2, 4}) {
        Ours ours = kind.ours(kFiles, PixelType::kFloat32);
        ours.threads = threads;
        GOETIA_ASSIGN(const Spent spent, load(ours, options.epochs));
        say(fmt::format("files, floats, {} threads", threads), spent);
        const auto count = static_cast<double>(spent.counts.images);
        if (threads == 0)
            figures[kind.name + "_bytes_per_image"] = {
                {"read", static_cast<double>(spent.counts.bytes_read) / count},
                {"decoded", static_cast<double>(spent.counts.bytes_decoded) / count},
                {"written", static_cast<double>(spent.counts.bytes_written) / count}};
    }
    const std::pair<std::string, Ours> others[] = {
        {"files, bytes", kind.ours(kFiles, PixelType::kUInt8)},
        {"packed files with index, floats", kind.ours(kPackedJpeg, PixelType::kFloat32)},
        {"packed files with index, bytes", kind.ours(kPackedJpeg, PixelType::kUInt8)},
        {"packed pixels, floats", kind.ours(kPackedPixels, PixelType::kFloat32)},
        {"packed pixels, bytes", kind.ours(kPackedPixels, PixelType::kUInt8)},
    };
    for (const auto& [name, ours] : others) {
        GOETIA_ASSIGN(const Spent spent, load(ours, options.epochs));
        say(name, spent);
    }
    return {};
}

Status measure_large(const fs::path& scratch, const LoaderBenchOptions& options, Outcome& outcome) {
    const BenchImagesPlan plan{.width = 3840, .height = 2160, .count = options.quick ? 2 : 12, .noise = 4};
    const auto made = make_bench_images(plan, scratch / "large");
    if (!made) return made.error();
    for (const bool reduced : {false, true}) {
        const Ours ours{.dataset = {{"type", "ImageFolder"}, {"data_root", scratch / "large"}},
                        .pipeline = letterbox_steps(reduced),
                        .batch = 4};
        GOETIA_ASSIGN(const Spent spent, load(ours, options.epochs));
        const std::string name = fmt::format("3840x2160 to 640 letterbox{}", reduced ? ", reducing_gap 2" : "");
        outcome.json["figures"][name + ", images_per_cpu_second"] = 1 / spent.cpu;
        outcome.text += fmt::format("  {:<51} {:>8.1f} images/CPU s\n", name, 1 / spent.cpu);
    }
    return {};
}

// The effect of the loader on a run: the share of ResNet-18's training on this machine in which a step waits for its
// batch.
Status measure_waiting(const fs::path& scratch, const LoaderBenchOptions& options, Outcome& outcome) {
    const fs::path folder = scratch / "waiting", experiments = folder / "experiments";
    const auto made = make_bench_images({.count = options.quick ? 8 : 128, .noise = 3, .seed = 3}, folder);
    if (!made) return made.error();
    GOETIA_TRY(make_folders(folder / "val/a"));
    std::error_code code;
    fs::copy_file(folder / "train/a/00000.jpg", folder / "val/a/00000.jpg", code);
    GOETIA_ASSIGN(const ProcessResult done,
                  run_process({.words = {fs::read_symlink("/proc/self/exe"), "train", "--json", "--config",
                                         builtin_configs() / "templates/classification/resnet18.yaml",
                                         "dataset.data_root='" + folder.native() + "'", "dataset.num_classes=1",
                                         "training.epochs=1", "training.batch_size=8", "training.num_workers=1",
                                         "--experiments", experiments},
                               .timeout_seconds = 3600}));
    GOETIA_ASSIGN(const Json run, last_line_of(done));
    const double percent = 100 * run["seconds_waiting"].get<double>() / run["seconds"].get<double>();
    outcome.json["figures"]["resnet18 at batch 8, 224 px: percent of the time waiting for data"] = percent;
    outcome.text += fmt::format("  {:<51} {:>8.2f} % waiting for data (required 2 %)\n",
                                "training ResNet-18, batch 8, 224 px, 1 thread loads", percent);
    return {};
}

Status measure_all(const Context& context, const LoaderBenchOptions& options, const fs::path& scratch,
                   Outcome& outcome) {
    std::vector<ImageKind> kinds{{"noise", {.count = options.images, .noise = 20, .seed = 1}, scratch / "noise"},
                                 {"photo", {.count = options.images, .noise = 3, .seed = 2}, scratch / "photo"}};
    for (ImageKind& kind : kinds) {
        context.say(fmt::format("generating {} {} images of {}x{}", kind.plan.count, kind.name, kind.plan.width,
                                kind.plan.height));
        GOETIA_TRY(make_images(kind, outcome.json["figures"]));
        outcome.text += fmt::format("  {:<10} {:<30} {:>7} {:>7} images/CPU s\n", kind.name, "peer", "peer", "goetia");
        for (const Peer& peer : peers()) {
            const bool chosen = options.only.empty() ||
                                std::find(options.only.begin(), options.only.end(), peer.name) != options.only.end();
            if (!chosen || (options.quick && !peer.in_process)) continue;
            context.say(fmt::format("measuring {} on {} images", peer.name, kind.name));
            GOETIA_TRY(compare(peer, kind, options, outcome));
        }
        GOETIA_TRY(measure_ours(kind, options, outcome));
    }
    GOETIA_TRY(measure_large(scratch, options, outcome));
    return measure_waiting(scratch, options, outcome);
}

Result<Outcome> bench_loader(const Context& context, LoaderBenchOptions options) {
    if (options.setup) return set_up_peers(context);
    if (options.quick) options.images = std::min(options.images, 64), options.rounds = std::min(options.rounds, 2);
    GOETIA_ASSIGN(const ScratchFolder scratch, ScratchFolder::make("bench"));
    const Json git = git_state(source_tree());
    Outcome outcome{.json = {{"bench", "loader"},
                             {"machine", machine_state()},
                             {"commit", git.is_null() ? Json(nullptr) : git["commit"]},
                             {"rounds", options.rounds},
                             {"figures", Json::object()},
                             {"ratios", Json::object()},
                             {"not_measured", Json::object()}}};
    GOETIA_TRY(measure_all(context, options, scratch.path(), outcome));
    return outcome;
}

}  // namespace

void add_bench_loader_command(Command& bench, Context& context) {
    const auto options = std::make_shared<LoaderBenchOptions>();
    Command& loader = bench.command(
        "loader", "Loading against torchvision, simplejpeg, DALI and FFCV on the same JPEG files, in CPU seconds");
    loader.option("--rounds", options->rounds, "Number of measurements of each, in alternation")
        .range(1, 100)
        .show_default();
    loader.option("--images", options->images, "Number of images of each kind").range(8, 100000).show_default();
    loader.option("--epochs", options->epochs, "Epochs per measurement, after one to warm up")
        .range(1, 100)
        .show_default();
    loader.option("--peer", options->only, "Only these peers, by name");
    loader.flag("--quick", options->quick, "Few images, and only the peer that needs no process of its own");
    loader.flag("--setup", options->setup, "Install the peers in .goetia/peers");
    context.on(loader, [&context, options] { return bench_loader(context, *options); });
}

}  // namespace goetia::cli
