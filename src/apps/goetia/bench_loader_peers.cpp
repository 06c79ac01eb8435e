// The peers of `goetia bench loader`: bench/loader_peer.py in a virtual environment of their own.
#include <unistd.h>

#include "apps/goetia/bench_loader.h"
#include "config/config.h"

namespace goetia::cli {
namespace fs = std::filesystem;

const std::vector<Peer>& peers() {
    using enum Peer::Against;
    static const std::vector<Peer> all{
        {"torchvision DataLoader", kFiles, PixelType::kFloat32, 3.5, 5, false},
        {"simplejpeg + torchvision v2", kFiles, PixelType::kFloat32, 1.5, 2, true},
        {"DALI CPU", kFiles, PixelType::kFloat32, 1.8, 2.5, false},
        {"FFCV JPEG records", kPackedJpeg, PixelType::kUInt8, 1.8, 2.5, false},
        {"FFCV raw records", kPackedPixels, PixelType::kUInt8, 2.3, 4, false},
    };
    return all;
}

fs::path source_tree() { return builtin_configs().parent_path(); }

namespace {
fs::path peer_python() { return source_tree() / ".goetia/peers/bin/python"; }
}  // namespace

Result<Json> last_line_of(const ProcessResult& done) {
    const std::size_t end = done.output.find_last_not_of('\n');
    const std::string output = done.output.substr(0, end == std::string::npos ? 0 : end + 1);
    const Json figures = Json::parse(output.substr(output.rfind('\n') + 1), nullptr, false);
    if (done.exit_code == 0 && figures.is_object()) return figures;
    const std::size_t last = done.errors.find_last_not_of('\n');
    const std::string errors = done.errors.substr(0, last == std::string::npos ? 0 : last + 1);
    return failed("it ended with {}: {}", done.exit_code, errors.substr(errors.rfind('\n') + 1));
}

Result<Json> run_peer(const Peer& peer, const fs::path& images, int epochs) {
    if (::access(peer_python().c_str(), X_OK) != 0)
        return not_found("'{}' is missing; 'goetia bench loader --setup' installs the peers", peer_python().native());
    GOETIA_ASSIGN(const ProcessResult done,
                  run_process({.words = {peer_python(), source_tree() / "bench/loader_peer.py", "--peer", peer.name,
                                         "--folder", images, "--epochs", std::to_string(epochs)},
                               .environment = {{"OMP_NUM_THREADS", "1"}, {"OMP_WAIT_POLICY", "PASSIVE"}},
                               .timeout_seconds = 1200}));
    return last_line_of(done);
}

Result<Outcome> set_up_peers(const Context& context) {
    const fs::path folder = source_tree() / ".goetia/peers";
    const std::string pip = folder / "bin/pip", list = source_tree() / "bench/requirements.txt";
    const std::vector<std::vector<std::string>> commands{
        {"python3", "-m", "venv", folder},
        {pip, "install", "-r", list},
        {pip, "install", "--no-build-isolation", "ffcv==1.0.2"},  // compiled here, against the system's libraries
    };
    for (const auto& words : commands) {
        context.say(fmt::format("{}", fmt::join(words, " ")));
        GOETIA_ASSIGN(const ProcessResult done, run_process({.words = words, .timeout_seconds = 3600}));
        if (done.exit_code != 0)
            return failed("'{}' ended with {}: {}", fmt::join(words, " "), done.exit_code, done.errors);
    }
    return Outcome{.json = {{"peers", folder}}, .text = fmt::format("the peers are in '{}'\n", folder.native())};
}

}  // namespace goetia::cli
