// goetia bench score: compares `goetia score detection` with other evaluators on the same COCO files, in alternation,
// in CPU seconds from the files to the twelve numbers.
#include <algorithm>
#include <cmath>
#include <ctime>

#include <unistd.h>

#include "apps/goetia/command.h"
#include "base/files.h"
#include "base/process.h"
#include "base/random.h"
#include "base/scratch_folder.h"
#include "config/config.h"
#include "experiment/environment.h"
#include "metrics/coco_scores.h"
#include "metrics/coco_summary.h"

namespace goetia::cli {
namespace {

namespace fs = std::filesystem;

struct ScoreBenchOptions {
    int rounds = 5, images = 2000;
    bool quick = false;
    std::vector<std::string> only;
};

struct ScorePeer {
    const char* name;
    double required;  // how many times its CPU seconds are ours
};
constexpr std::array<ScorePeer, 3> kScorePeers{{{"pycocotools", 40}, {"faster-coco-eval", 8}, {"hotcoco", 1}}};
constexpr int kBenchClasses = 80;

// Some 7 objects and 22 results an image: most objects are found more or less well, some twice, some as another class,
// and half of the results are found where nothing is.
class MadeSet {
  public:
    explicit MadeSet(int images) {
        for (int image = 1; image <= images; ++image) add_image(image);
    }

    Status write(const fs::path& truth, const fs::path& found) const {
        std::string classes;
        for (int one = 1; one <= kBenchClasses; ++one)
            classes += fmt::format(R"({}{{"id":{},"name":"class {}"}})", one == 1 ? "" : ",", one, one);
        GOETIA_TRY(write_file_atomic(truth, fmt::format(R"({{"images":[{}],"categories":[{}],"annotations":[{}]}})",
                                                        images_, classes, annotations_)));
        return write_file_atomic(found, "[" + results_ + "]");
    }
    [[nodiscard]] Json counts() const { return {{"objects", objects_}, {"results", found_}}; }

  private:
    struct Placed {
        double x, y, width, height;
    };

    void add_image(int image) {
        Random random({.seed = 1, .sample = static_cast<std::uint64_t>(image), .purpose = purpose("bench.score")});
        images_ += fmt::format(R"({}{{"id":{},"width":640,"height":480,"file_name":"{:06}.jpg"}})",
                               image == 1 ? "" : ",", image, image);
        const std::int64_t objects = random.between(1, 14);
        for (std::int64_t i = 0; i < objects; ++i) {
            const std::int64_t label = random.between(1, kBenchClasses);
            const Placed box = placed(random);
            annotations_ += fmt::format(
                R"({}{{"id":{},"image_id":{},"category_id":{},"bbox":[{:.2f},{:.2f},{:.2f},{:.2f}],"area":{:.4f},"iscrowd":{},"segmentation":[]}})",
                objects_ == 0 ? "" : ",", objects_ + 1, image, label, box.x, box.y, box.width, box.height,
                box.width * box.height * random.uniform(0.5, 1), random.chance(0.02) ? 1 : 0);
            ++objects_;
            for (std::int64_t times = random.between(0, 3); times > 0; --times)
                add_result(image, random.chance(0.9) ? label : random.between(1, kBenchClasses), moved(box, random),
                           random);
        }
        for (std::int64_t i = random.between(0, 22); i > 0; --i)
            add_result(image, random.between(1, kBenchClasses), placed(random), random);
    }

    void add_result(int image, std::int64_t label, const Placed& box, Random& random) {
        results_ +=
            fmt::format(R"({}{{"image_id":{},"category_id":{},"bbox":[{:.3f},{:.3f},{:.3f},{:.3f}],"score":{:.6f}}})",
                        found_ == 0 ? "" : ",", image, label, box.x, box.y, box.width, box.height, random.uniform());
        ++found_;
    }

    static Placed placed(Random& random) {
        const double width = std::exp(random.uniform(2.3, 5.5)), height = width * random.uniform(0.5, 1.5);
        return {random.uniform(0, 600), random.uniform(0, 440), width, height};
    }

    static Placed moved(const Placed& box, Random& random) {
        const double reach = 0.2 * random.uniform();
        const auto shift = [&](double size) { return size * reach * random.normal(); };
        return {box.x + shift(box.width), box.y + shift(box.height), std::abs(box.width + shift(box.width)),
                std::abs(box.height + shift(box.height))};
    }

    std::string images_, annotations_, results_;
    std::int64_t objects_ = 0, found_ = 0;
};

double cpu_seconds_now() {
    std::timespec spent{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) * 1e-9;
}

struct ScoreTime {
    double seconds = 0;
    std::vector<double> stats;
};

// As `goetia score detection` does it.
Result<ScoreTime> score_once(const fs::path& truth, const fs::path& found) {
    const double begun = cpu_seconds_now();
    GOETIA_ASSIGN(const CocoFiles files, read_coco_files(truth, found, IouType::kBoxes));
    const CocoSummary summary = summarize_coco(match_coco_files(files, IouType::kBoxes));
    return ScoreTime{cpu_seconds_now() - begun, {summary.stats.begin(), summary.stats.end()}};
}

Result<Json> score_by_peer(const std::string& peer, const fs::path& truth, const fs::path& found) {
    const fs::path tree = builtin_configs().parent_path(), python = tree / ".goetia/oracles/bin/python";
    if (::access(python.c_str(), X_OK) != 0)
        return not_found("'{}' is missing, which './goetia test' sets up in the source tree", python.native());
    GOETIA_ASSIGN(const ProcessResult done,
                  run_process({.words = {python, tree / "bench/score_peer.py", "--peer", peer, "--truth", truth,
                                         "--predictions", found},
                               .environment = {{"OMP_NUM_THREADS", "1"}, {"RAYON_NUM_THREADS", "1"}},
                               .timeout_seconds = 900}));
    const Json figures = Json::parse(done.output, nullptr, false);
    if (done.exit_code == 0 && figures.is_object()) return figures;
    return failed("it ended with {}: {}", done.exit_code, done.errors);
}

double middle_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 != 0 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// One peer in turns with us; only figures of the same round, seconds apart, are compared.
Status compare_with(const ScorePeer& peer, const fs::path& truth, const fs::path& found, int rounds, Outcome& outcome) {
    std::vector<double> ours, theirs, ratios;
    double apart = 0;
    for (int round = 0; round < rounds; ++round) {
        std::vector<double> repeated;
        ScoreTime mine;
        for (int i = 0; i < 5; ++i) {
            GOETIA_ASSIGN(mine, score_once(truth, found));
            repeated.push_back(mine.seconds);
        }
        const auto figures = score_by_peer(peer.name, truth, found);
        if (!figures) {
            outcome.json["not_measured"][peer.name] = figures.error().message;
            outcome.text += fmt::format("  {:<20} not measured: {}\n", peer.name, figures.error().message);
            return {};
        }
        ours.push_back(middle_of(repeated)), theirs.push_back((*figures)["cpu_seconds"].get<double>());
        ratios.push_back(theirs.back() / ours.back());
        for (std::size_t i = 0; i < mine.stats.size(); ++i)
            apart = std::max(apart, std::abs(mine.stats[i] - (*figures)["stats"][i].get<double>()));
        outcome.json["versions"][peer.name] = (*figures)["version"];
    }
    outcome.json["figures"][peer.name] = {
        {"cpu_seconds", middle_of(theirs)}, {"goetia_cpu_seconds", middle_of(ours)}, {"largest_difference", apart}};
    outcome.json["ratios"][peer.name] = middle_of(ratios);
    outcome.text +=
        fmt::format("  {:<20} {:>8.4f} s, goetia {:.4f} s: {:.1f}x (required {:g}x), numbers {:.1e} apart\n", peer.name,
                    middle_of(theirs), middle_of(ours), middle_of(ratios), peer.required, apart);
    return {};
}

Result<Outcome> bench_score(const Context& context, ScoreBenchOptions options) {
    if (options.quick) options.images = std::min(options.images, 400), options.rounds = std::min(options.rounds, 3);
    GOETIA_ASSIGN(const ScratchFolder scratch, ScratchFolder::make("bench"));
    const fs::path truth = scratch.path() / "truth.json", found = scratch.path() / "found.json";
    const MadeSet set(options.images);
    Status done = set.write(truth, found);
    const Json git = git_state(builtin_configs().parent_path());
    Outcome outcome{.json = {{"bench", "score"},
                             {"machine", machine_state()},
                             {"commit", git.is_null() ? Json(nullptr) : git["commit"]},
                             {"rounds", options.rounds},
                             {"images", options.images},
                             {"set", set.counts()},
                             {"versions", Json::object()},
                             {"figures", Json::object()},
                             {"ratios", Json::object()},
                             {"not_measured", Json::object()}}};
    for (const ScorePeer& peer : kScorePeers) {
        const bool chosen = options.only.empty() || std::ranges::find(options.only, peer.name) != options.only.end();
        if (!done || !chosen || (options.quick && &peer != &kScorePeers[0])) continue;
        context.say(fmt::format("measuring {}", peer.name));
        done = compare_with(peer, truth, found, options.rounds, outcome);
    }
    if (!done) return done.error();
    return outcome;
}

}  // namespace

void add_bench_score_command(Command& bench, Context& context) {
    const auto options = std::make_shared<ScoreBenchOptions>();
    Command& score = bench.command(
        "score",
        "Scoring COCO boxes against pycocotools, faster-coco-eval and hotcoco on the same files, in CPU seconds");
    score.option("--rounds", options->rounds, "number of measurements of each, in alternation")
        .range(1, 100)
        .show_default();
    score.option("--images", options->images, "images of the set that is made").range(1, 1000000).show_default();
    score.option("--peer", options->only, "only these peers, by name");
    score.flag("--quick", options->quick, "a small set, against pycocotools alone");
    context.on(score, [&context, options] { return bench_score(context, *options); });
}

}  // namespace goetia::cli
