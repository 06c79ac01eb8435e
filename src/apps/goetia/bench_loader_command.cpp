// goetia bench loader: our loader beside the strongest peers, in one run, in turn, on the same JPEG files, in CPU
// seconds of all threads and processes.
#include <algorithm>
#include <optional>

#include <unistd.h>

#include "apps/goetia/bench_loader.h"
#include "apps/goetia/bench_pictures.h"
#include "apps/goetia/command.h"
#include "base/files.h"
#include "base/process.h"
#include "config/config.h"
#include "datasets/dataset.h"
#include "experiment/environment.h"
#include "feeding/packed/pack.h"

namespace goetia::cli {
namespace {

namespace fs = std::filesystem;

struct LoaderBench {
    int rounds = 3, images = 600, epochs = 2;
    bool quick = false, setup = false;
    std::vector<std::string> only;
};

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 != 0 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// Of pictures decoded whole, or (as Pillow's thumbnails) smaller where that is twice as large as what is wanted.
Json letterbox_steps(bool reduced) {
    return {{{"type", "LoadImage"}, {"reducing_gap", reduced ? Json(2) : Json()}},
            {{"type", "Resize"}, {"size", 640}, {"mode", "letterbox"}},
            {{"type", "ToTensor"}},
            {{"type", "Normalize"}}};
}

struct PictureKind {
    std::string name;
    PicturePlan plan;
    fs::path folder;
    [[nodiscard]] Ours ours(Peer::Against against, PixelType pixel_type) const {
        using enum Peer::Against;
        if (against == kFiles) return {{{"type", "ImageFolder"}, {"data_root", folder}}, training_steps(), pixel_type};
        const fs::path packed = folder / (against == kPackedJpeg ? "packed" : "packed_pixels");
        return {{{"type", "Packed"}, {"data_root", packed}}, training_steps(), pixel_type};
    }
};

Status make_pictures(PictureKind& kind, Json& figures) {
    GOETIA_ASSIGN(const std::int64_t bytes, make_bench_pictures(kind.plan, kind.folder));
    figures[kind.name + "_bytes_per_file"] = static_cast<double>(bytes) / kind.plan.count;
    DatasetRegistry datasets(Kind::kDataset);
    GOETIA_TRY(register_builtin_datasets(datasets));
    GOETIA_ASSIGN(const auto dataset,
                  datasets.make({{"type", "ImageFolder"}, {"data_root", kind.folder}}, "dataset", Split::kTrain));
    GOETIA_TRY(pack(*dataset, {.folder = kind.folder / "packed"}));
    return pack(*dataset, {.folder = kind.folder / "packed_pixels", .decoded = true, .largest_side = 500});
}

// One peer on one kind of picture, `rounds` times in turn with our side.
Status compare(const Peer& peer, const PictureKind& kind, const LoaderBench& wish, Outcome& outcome) {
    std::vector<double> mine, theirs, ratios;
    Json versions;
    for (int round = 0; round < wish.rounds; ++round) {
        GOETIA_ASSIGN(const Spent spent, load(kind.ours(peer.against, peer.pixel_type), wish.epochs));
        const auto figures = run_peer(peer, kind.folder, wish.epochs);
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
                                    {"wanted", peer.wanted},
                                    {"goal", peer.goal},
                                    {"versions", versions}};
    outcome.text +=
        fmt::format("  {:<10} {:<30} {:>7.0f} {:>7.0f} {:>7.2f}x  (wanted {}x, goal {}x; {})\n", kind.name, peer.name,
                    1 / median(theirs), 1 / median(mine), median(ratios), peer.wanted, peer.goal, versions.dump());
    return {};
}

// Our side alone: threads, kinds of batches, bytes moved.
Status measure_ours(const PictureKind& kind, const LoaderBench& wish, Outcome& outcome) {
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
        GOETIA_ASSIGN(const Spent spent, load(ours, wish.epochs));
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
        GOETIA_ASSIGN(const Spent spent, load(ours, wish.epochs));
        say(name, spent);
    }
    return {};
}

Status measure_large(const fs::path& scratch, const LoaderBench& wish, Outcome& outcome) {
    const PicturePlan plan{.width = 3840, .height = 2160, .count = wish.quick ? 2 : 12, .noise = 4};
    const auto made = make_bench_pictures(plan, scratch / "large");
    if (!made) return made.error();
    for (const bool reduced : {false, true}) {
        const Ours ours{.dataset = {{"type", "ImageFolder"}, {"data_root", scratch / "large"}},
                        .pipeline = letterbox_steps(reduced),
                        .batch = 4};
        GOETIA_ASSIGN(const Spent spent, load(ours, wish.epochs));
        const std::string name = fmt::format("3840x2160 to 640 letterbox{}", reduced ? ", reducing_gap 2" : "");
        outcome.json["figures"][name + ", images_per_cpu_second"] = 1 / spent.cpu;
        outcome.text += fmt::format("  {:<51} {:>8.1f} images/CPU s\n", name, 1 / spent.cpu);
    }
    return {};
}

// What a run feels of its loader: the share of ResNet-18's training on this machine in which a step waits for its
// batch.
Status measure_waiting(const fs::path& scratch, const LoaderBench& wish, Outcome& outcome) {
    const fs::path folder = scratch / "waiting", experiments = folder / "experiments";
    const auto made = make_bench_pictures({.count = wish.quick ? 8 : 128, .noise = 3, .seed = 3}, folder);
    if (!made) return made.error();
    GOETIA_TRY(make_folders(folder / "val/a"));
    std::error_code code;
    fs::copy_file(folder / "train/a/00000.jpg", folder / "val/a/00000.jpg", code);
    GOETIA_ASSIGN(const Finished done,
                  run_process({.words = {fs::read_symlink("/proc/self/exe"), "train", "--json", "--config",
                                         builtin_configs() / "templates/classification/resnet18.yaml",
                                         "dataset.data_root='" + folder.native() + "'", "dataset.num_classes=1",
                                         "training.epochs=1", "training.batch_size=8", "training.num_workers=1",
                                         "--experiments", experiments},
                               .timeout_seconds = 3600}));
    GOETIA_ASSIGN(const Json run, last_line_of(done));
    const double percent = 100 * run["seconds_waiting"].get<double>() / run["seconds"].get<double>();
    outcome.json["figures"]["resnet18 at batch 8, 224 px: percent of the time waiting for data"] = percent;
    outcome.text += fmt::format("  {:<51} {:>8.2f} % waiting for data (wanted 2 %)\n",
                                "training ResNet-18, batch 8, 224 px, 1 thread loads", percent);
    return {};
}

Status measure_all(const Context& context, const LoaderBench& wish, const fs::path& scratch, Outcome& outcome) {
    std::vector<PictureKind> kinds{{"noise", {.count = wish.images, .noise = 20, .seed = 1}, scratch / "noise"},
                                   {"photo", {.count = wish.images, .noise = 3, .seed = 2}, scratch / "photo"}};
    for (PictureKind& kind : kinds) {
        context.say(fmt::format("making {} {} pictures of {}x{}", kind.plan.count, kind.name, kind.plan.width,
                                kind.plan.height));
        GOETIA_TRY(make_pictures(kind, outcome.json["figures"]));
        outcome.text += fmt::format("  {:<10} {:<30} {:>7} {:>7} images/CPU s\n", kind.name, "peer", "peer", "goetia");
        for (const Peer& peer : peers()) {
            const bool chosen =
                wish.only.empty() || std::find(wish.only.begin(), wish.only.end(), peer.name) != wish.only.end();
            if (!chosen || (wish.quick && !peer.in_process)) continue;
            context.say(fmt::format("measuring {} on {} pictures", peer.name, kind.name));
            GOETIA_TRY(compare(peer, kind, wish, outcome));
        }
        GOETIA_TRY(measure_ours(kind, wish, outcome));
    }
    GOETIA_TRY(measure_large(scratch, wish, outcome));
    return measure_waiting(scratch, wish, outcome);
}

Result<Outcome> bench_loader(const Context& context, LoaderBench wish) {
    if (wish.setup) return set_up_peers(context);
    if (wish.quick) wish.images = std::min(wish.images, 64), wish.rounds = std::min(wish.rounds, 2);
    const fs::path scratch = fs::temp_directory_path() / fmt::format("goetia-bench-loader-{}", ::getpid());
    const Json git = git_state(source_tree());
    Outcome outcome{.json = {{"bench", "loader"},
                             {"machine", machine_state()},
                             {"commit", git.is_null() ? Json(nullptr) : git["commit"]},
                             {"rounds", wish.rounds},
                             {"figures", Json::object()},
                             {"ratios", Json::object()},
                             {"not_measured", Json::object()}}};
    const Status done = measure_all(context, wish, scratch, outcome);
    std::error_code code;
    fs::remove_all(scratch, code);
    if (!done) return done.error();
    return outcome;
}

}  // namespace

void add_bench_loader_command(Command& bench, Context& context) {
    const auto wish = std::make_shared<LoaderBench>();
    Command& loader = bench.command(
        "loader", "Loading beside torchvision, simplejpeg, DALI and FFCV on the same JPEG files, in CPU seconds");
    loader.option("--rounds", wish->rounds, "How often each is measured, in turn").range(1, 100).show_default();
    loader.option("--images", wish->images, "Pictures of each kind").range(8, 100000).show_default();
    loader.option("--epochs", wish->epochs, "Times through them in each measurement, after one to warm up")
        .range(1, 100)
        .show_default();
    loader.option("--peer", wish->only, "Only these peers, by name");
    loader.flag("--quick", wish->quick, "Few pictures, and only the peer that needs no other process");
    loader.flag("--setup", wish->setup, "Install the peers in .goetia/peers");
    context.on(loader, [&context, wish] { return bench_loader(context, *wish); });
}

}  // namespace goetia::cli
