// goetia-runtime train --folder EXPDIR --attempt N [--resume CHECKPOINT], the resolved document on standard input
#include <atomic>
#include <csignal>

#include "apps/goetia-runtime/command.h"
#include "launch/control.h"
#include "launch/rank_input.h"
#include "learn/loop/run.h"
#include "learn/plugins.h"

namespace goetia::runtime {
namespace {

std::atomic<bool> interrupted{false};

extern "C" void on_interrupt(int) { interrupted = true; }

Ask to_ask(Request request) {
    switch (request) {
        case Request::kPause: return Ask::kPause;
        case Request::kResume: return Ask::kResume;
        case Request::kStop: return Ask::kStop;
        case Request::kCheckpoint: return Ask::kCheckpoint;
        case Request::kNone: break;
    }
    return Ask::kNothing;
}

// The control file, and SIGINT or SIGTERM as a request to stop.
std::function<Result<Ask>()> people(const std::filesystem::path& control) {
    auto reader = std::make_shared<ControlReader>(control);
    return [reader]() -> Result<Ask> {
        if (interrupted) return Ask::kStop;
        GOETIA_ASSIGN(const Request request, reader->poll());
        return to_ask(request);
    };
}

Result<AttemptRequest> read_request(const Words& words) {
    AttemptRequest request;
    const auto folder = option(words, "--folder");
    if (!folder) return invalid("goetia-runtime train needs --folder, an experiment's folder");
    GOETIA_ASSIGN(request.folder, ExperimentFolder::open(*folder));
    GOETIA_TRY(request.folder.make_parts());
    request.attempt = std::atoi(option(words, "--attempt").value_or("1").c_str());
    if (const auto resume = option(words, "--resume")) request.resume = *resume;
    GOETIA_ASSIGN(request.address, rank_address_from_environment());
    request.ask = people(request.folder.control());
    return request;
}

}  // namespace

Status train_command(const Words& words) {
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    GOETIA_ASSIGN(AttemptRequest request, read_request(words));
    GOETIA_ASSIGN(RankInput input, read_rank_input());
    request.from_environment = std::move(input.from_environment);
    GOETIA_ASSIGN(const auto components, builtin_components());
    GOETIA_TRY(load_plugins(*components, input.document, request.folder));
    GOETIA_ASSIGN(const RunEnd end, train_attempt(request, *components, input.document));
    if (end.state == RunState::kStopped) return make_error(Code::kCancelled, "{}", end.reason);
    return {};
}

}  // namespace goetia::runtime
