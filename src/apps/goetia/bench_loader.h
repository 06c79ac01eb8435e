// The two sides that `goetia bench loader` compares: our loader in this process, and peers in processes of their own.
#pragma once

#include <string>
#include <vector>

#include "apps/goetia/command.h"
#include "base/process.h"
#include "feeding/loading/loader.h"

namespace goetia::cli {

struct Ours {
    Json dataset, pipeline;
    PixelType pixel_type = PixelType::kFloat32;
    int threads = 0, batch = 64;
};

struct Spent {
    double cpu = 0, wall = 0;  // seconds per image
    LoaderCounts counts;
};

// The steps of ImageNet training: a random crop to 224, a random flip, normalisation.
Json training_steps();

// Reads the set `epochs` times, after one epoch to warm up.
Result<Spent> load(const Ours& ours, int epochs);

struct Peer {
    std::string name;
    enum class Against { kFiles, kPackedJpeg, kPackedPixels } against;
    PixelType pixel_type;  // the output of both sides
    double required, goal;
    bool in_process;  // part of the quick form
};

const std::vector<Peer>& peers();

// The measurement of a peer: {"cpu_seconds", "images", "versions"}. kNotFound: the peers are not installed.
Result<Json> run_peer(const Peer& peer, const std::filesystem::path& images, int epochs);
Result<Outcome> set_up_peers(const Context& context);

// The last line that a program printed, as JSON.
Result<Json> last_line_of(const ProcessResult& done);

std::filesystem::path source_tree();

}  // namespace goetia::cli
