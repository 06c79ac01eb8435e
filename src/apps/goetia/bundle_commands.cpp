// goetia bundle: the runtime with everything that a machine needs to train, as one file for the agents of a pool.
#include <algorithm>

#include "apps/goetia/command.h"
#include "apps/goetia/count_line.h"
#include "base/process.h"
#include "fetch/catalogue/amounts.h"
#include "package/runtime_bundle.h"

namespace goetia::cli {
namespace {

struct BundleWords {
    std::filesystem::path output, programs, file;
    int level = 3;
};

std::string build_text(const RuntimeBuild& build) {
    return fmt::format("Goetia {}, LibTorch {}, {}", build.goetia, build.libtorch,
                       build.cuda.empty() ? "for processors" : fmt::format("CUDA {}", build.cuda));
}

std::string needs_text(const RuntimeBuild& build) {
    const std::string driver = oldest_driver_for(build.cuda);
    return fmt::format("{}, glibc {} or newer{}", build.processor, build.glibc,
                       driver.empty() ? "" : fmt::format(", for GPUs driver {} or newer", driver));
}

Outcome outcome_of(const RuntimeBundle& bundle) {
    const BundleManifest& manifest = bundle.manifest;
    Json json = to_json(manifest);
    const std::int64_t unpacked = unpacked_bytes(manifest.files);
    Outcome outcome{.json = {{"file", bundle.file.native()},
                             {"sha256", bundle.sha256},
                             {"bytes", bundle.bytes},
                             {"unpacked_bytes", unpacked},
                             {"is_new", bundle.is_new},
                             {"runtime", json["runtime"]},
                             {"files", json["files"]}}};
    std::vector<ArchivedFile> largest = manifest.files;
    std::ranges::sort(largest, std::greater(), &ArchivedFile::bytes);
    outcome.text = fmt::format("{}\n  build  {}\n  needs  {}\n  size   {}, unpacked {} in {} files; the largest:\n",
                               bundle.file.native(), build_text(manifest.runtime), needs_text(manifest.runtime),
                               bytes_text(bundle.bytes), bytes_text(unpacked), manifest.files.size());
    for (std::size_t i = 0; i < std::min<std::size_t>(largest.size(), 5); ++i)
        outcome.text += fmt::format("         {:>10}  {}\n", bytes_text(largest[i].bytes), largest[i].name);
    return outcome;
}

Result<Outcome> make(const BundleWords& words) {
    CountLine line("MB");
    const BundleOptions options{.level = words.level, .on_progress = [&line](std::int64_t done, std::int64_t all) {
                                    line.show(done / 1'000'000, all / 1'000'000);
                                }};
    const std::filesystem::path programs = words.programs.empty() ? own_folder() : words.programs;
    GOETIA_ASSIGN(const RuntimeBundle bundle, make_bundle(bundle_source(programs), words.output, options));
    Outcome outcome = outcome_of(bundle);
    if (!bundle.is_new) outcome.text += "it was packed before, and is up to date\n";
    return outcome;
}

Result<Outcome> show(const BundleWords& words) {
    GOETIA_ASSIGN(const RuntimeBundle bundle, read_bundle(words.file));
    Outcome outcome = outcome_of(bundle);
    outcome.json.erase("is_new");
    return outcome;
}

}  // namespace

void add_bundle_commands(Command& app, Context& context) {
    const auto words = std::make_shared<BundleWords>();
    Command& bundle = app.command("bundle", "The runtime and all it needs as one file, for the nodes of a pool");
    bundle.needs_command();
    Command& make_command =
        bundle.command("make", "Packs the runtime beside this program, unless it was packed before");
    make_command.option("--output", words->output, "The folder for SHA256.tar.zst").required().metavar("DIR");
    make_command.option("--programs", words->programs, "Pack this bin/ instead").metavar("DIR");
    make_command.option("--level", words->level, "Of the compression").show_default().range(1, 19);
    make_command.footer("It runs in a folder of any machine that has the glibc that it names, and nothing else.");
    Command& show_command = bundle.command("show", "Which build a bundle holds, and what it needs of a machine");
    show_command.positional("FILE", words->file, "A bundle").required();
    context.on(make_command, [words] { return make(*words); });
    context.on(show_command, [words] { return show(*words); });
}

}  // namespace goetia::cli
