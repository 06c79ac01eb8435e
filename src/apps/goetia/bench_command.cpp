// goetia bench train: compares our training with PyTorch in Python, in alternation, in CPU seconds.
#include <algorithm>
#include <map>
#include <thread>

#include <unistd.h>

#include "apps/goetia/command.h"
#include "base/process.h"
#include "base/scratch_folder.h"
#include "config/config.h"
#include "experiment/environment.h"
#include "experiment/journal_cost.h"
#include "launch/programs.h"

namespace goetia::cli {

void add_bench_api_command(Command& bench, Context& context);
void add_bench_loader_command(Command& bench, Context& context);
void add_bench_score_command(Command& bench, Context& context);
void add_bench_nodes_command(Command& bench, Context& context);
void add_bench_scheduler_command(Command& bench, Context& context);
void add_bench_sim_command(Command& bench, Context& context);
void add_bench_store_command(Command& bench, Context& context);
namespace {

struct TrainShape {
    int batch, size, steps;
    std::string optimizer;
    [[nodiscard]] std::string name() const { return fmt::format("resnet18_{}_batch{}_{}px", optimizer, batch, size); }
};

struct BenchOptions {
    int rounds = 5;
    int threads = 1;
    bool quick = false;
};

// OpenMP's spinning waits cost up to 14 times as much on shared cores: both sides use the same passive policy and
// thread count.
std::map<std::string, std::string> calm(int threads) {
    return {{"OMP_NUM_THREADS", std::to_string(threads)},
            {"MKL_NUM_THREADS", std::to_string(threads)},
            {"OMP_WAIT_POLICY", "PASSIVE"},
            {"KMP_BLOCKTIME", "0"}};
}

Result<double> cpu_per_image(std::vector<std::string> words, int threads) {
    const std::string program = words[0];
    GOETIA_ASSIGN(const ProcessResult done, run_process({.words = std::move(words),
                                                         .environment = calm(threads),
                                                         .folder = {},
                                                         .input = {},
                                                         .timeout_seconds = 900}));
    if (done.exit_code != 0) return failed("'{}' ended with {}: {}", program, done.exit_code, done.errors);
    const Json figures = Json::parse(done.output, nullptr, false);
    if (!figures.is_object()) return failed("'{}' printed no figures: {}", program, done.output);
    return figures["cpu_seconds"].get<double>() / figures["images"].get<double>();
}

std::vector<std::string> shape_words(const TrainShape& shape, int threads) {
    return {"--batch",     std::to_string(shape.batch),
            "--size",      std::to_string(shape.size),
            "--steps",     std::to_string(shape.steps),
            "--threads",   std::to_string(threads),
            "--optimizer", shape.optimizer};
}

std::vector<std::string> with_words(std::vector<std::string> words, const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 != 0 ? values[half] : (values[half - 1] + values[half]) / 2;
}

struct Peers {
    std::filesystem::path runtime, python, script;
};

Result<Peers> find_peers() {
    Peers peers;
    GOETIA_ASSIGN(peers.runtime, find_runtime());
    const std::filesystem::path tree = builtin_configs().parent_path();
    peers.python = tree / ".goetia/oracles/bin/python";
    peers.script = tree / "bench/train_peer.py";
    for (const auto& needed : {peers.python, peers.script}) {
        if (::access(needed.c_str(), R_OK) != 0)
            return not_found(
                "'{}' is missing: bench train compares with PyTorch in Python, which './goetia test' sets up in the "
                "source tree",
                needed.native());
    }
    return peers;
}

// Measures one shape `rounds` times, alternating; only figures of the same round, seconds apart, are compared.
Status measure(const Peers& peers, const TrainShape& shape, const BenchOptions& options,
               const std::filesystem::path& scratch, Json& figures, Json& ratios) {
    std::vector<double> ours, bare, python, against_python, against_bare;
    const std::vector<std::string> common = shape_words(shape, options.threads);
    for (int round = 0; round < options.rounds; ++round) {
        const std::string folder = (scratch / fmt::format("{}_{}", shape.name(), round)).string();
        GOETIA_ASSIGN(
            const double a,
            cpu_per_image(with_words({peers.runtime, "bench", "--mode", "trainer", "--folder", folder}, common),
                          options.threads));
        GOETIA_ASSIGN(const double b,
                      cpu_per_image(with_words({peers.runtime, "bench", "--mode", "bare"}, common), options.threads));
        GOETIA_ASSIGN(const double c, cpu_per_image(with_words({peers.python, peers.script}, common), options.threads));
        ours.push_back(a), bare.push_back(b), python.push_back(c);
        against_bare.push_back(b / a), against_python.push_back(c / a);
    }
    figures[shape.name() + "_images_per_cpu_second"] = 1.0 / median(ours);
    figures[shape.name() + "_bare_loop_images_per_cpu_second"] = 1.0 / median(bare);
    figures[shape.name() + "_python_images_per_cpu_second"] = 1.0 / median(python);
    ratios[shape.name() + " / Python PyTorch"] = median(against_python);
    ratios[shape.name() + " / bare LibTorch loop"] = median(against_bare);
    return {};
}

// The overhead of the loop, its hooks and the journal per step: measured with a step that costs almost nothing, in
// alternation, and reported as a share of ResNet-18's step. (Two runs of ResNet-18 differ by more than this overhead.)
Status measure_overhead(const Peers& peers, const BenchOptions& options, const std::filesystem::path& scratch,
                        Json& figures) {
    std::vector<double> added;
    std::vector<std::string> common = shape_words({4, 32, options.quick ? 2000 : 10000, "SGD"}, options.threads);
    common.insert(common.end(), {"--depth", "0", "--warmup", "200"});
    for (int round = 0; round < options.rounds; ++round) {
        const std::string folder = (scratch / fmt::format("overhead_{}", round)).string();
        GOETIA_ASSIGN(
            const double with_trainer,
            cpu_per_image(with_words({peers.runtime, "bench", "--mode", "trainer", "--folder", folder}, common),
                          options.threads));
        GOETIA_ASSIGN(const double bare,
                      cpu_per_image(with_words({peers.runtime, "bench", "--mode", "bare"}, common), options.threads));
        added.push_back((with_trainer - bare) * 4);
    }
    figures["loop_overhead_microseconds_per_step"] = median(added) * 1e6;
    const double step = 4 / figures["resnet18_SGD_batch4_32px_bare_loop_images_per_cpu_second"].get<double>();
    figures["loop_overhead_percent_of_resnet18_batch4_32px"] = 100 * median(added) / step;
    return {};
}

Result<Outcome> bench_train(const Context& context, const BenchOptions& options) {
    GOETIA_ASSIGN(const Peers peers, find_peers());
    GOETIA_ASSIGN(const ScratchFolder own, ScratchFolder::make("bench"));
    const std::filesystem::path& scratch = own.path();
    Json figures = Json::object(), ratios = Json::object();
    const int scale = options.quick ? 1 : 4;
    for (const TrainShape& shape : {TrainShape{32, 64, 10 * scale, "SGD"}, TrainShape{4, 32, 40 * scale, "SGD"},
                                    TrainShape{4, 32, 40 * scale, "AdamW"}}) {
        context.say("measuring " + shape.name());
        GOETIA_TRY(measure(peers, shape, options, scratch, figures, ratios));
    }
    context.say("measuring the overhead of the loop");
    GOETIA_TRY(measure_overhead(peers, options, scratch, figures));
    GOETIA_ASSIGN(const LogCost log, measure_log_cost(scratch, options.quick ? 20 : 100));
    figures["journal_log_nanoseconds_median"] = log.median();
    Outcome outcome;
    const Json git = git_state(builtin_configs().parent_path());
    outcome.json = {{"bench", "train"},
                    {"machine", machine_state()},
                    {"commit", git.is_null() ? Json(nullptr) : git["commit"]},
                    {"threads", options.threads},
                    {"rounds", options.rounds},
                    {"figures", figures},
                    {"ratios", ratios}};
    for (const auto& [name, value] : figures.items())
        outcome.text += fmt::format("  {:<55} {:>10.2f}\n", name, value.get<double>());
    for (const auto& [name, value] : ratios.items())
        outcome.text += fmt::format("  {:<55} {:>9.3f}x\n", name, value.get<double>());
    return outcome;
}

}  // namespace

void add_bench_commands(Command& app, Context& context) {
    Command& bench = app.command("bench", "Compare this build with other tools");
    bench.needs_command();
    auto options = std::make_shared<BenchOptions>();
    Command& train =
        bench.command("train", "ResNet-18 against PyTorch in Python and a bare LibTorch loop, in CPU seconds");
    train.option("--rounds", options->rounds, "number of measurements of each, in alternation")
        .range(1, 100)
        .show_default();
    train.option("--threads", options->threads, "compute threads of both sides").range(1, 64).show_default();
    train.flag("--quick", options->quick, "a quarter of the steps");
    context.on(train, [&context, options] { return bench_train(context, *options); });
    add_bench_api_command(bench, context);
    add_bench_loader_command(bench, context);
    add_bench_score_command(bench, context);
    add_bench_nodes_command(bench, context);
    add_bench_scheduler_command(bench, context);
    add_bench_sim_command(bench, context);
    add_bench_store_command(bench, context);
}

}  // namespace goetia::cli
