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
    double cpu = 0, wall = 0;  // seconds for an image
    LoaderCounts counts;
};

// A picture as ImageNet's training wants it: a random crop to 224, turned over at random, normalised.
Json training_steps();

// Times through the set, after one to warm up.
Result<Spent> load(const Ours& ours, int epochs);

struct Peer {
    std::string name;
    enum class Against { kFiles, kPackedJpeg, kPackedPixels } against;
    PixelType pixel_type;  // what both sides give
    double wanted, goal;
    bool in_process;  // takes part in the quick form
};

const std::vector<Peer>& peers();

// What a peer measured: {"cpu_seconds", "images", "versions"}. kNotFound: the peers are not installed.
Result<Json> run_peer(const Peer& peer, const std::filesystem::path& pictures, int epochs);
Result<Outcome> set_up_peers(const Context& context);

// What a program printed last, as one line of JSON.
Result<Json> last_line_of(const Finished& done);

std::filesystem::path source_tree();

}  // namespace goetia::cli
