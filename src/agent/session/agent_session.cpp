#include "agent/session/agent_session.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "agent/fetch/object_fetch.h"
#include "agent/session/version_floor.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/process.h"
#include "base/random.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kUpdateRange = 4 << 20;
constexpr double kUpdateRetry = 60;
constexpr double kLastSecond = 1;  // before the machine is gone: for the last status

// Closed at the end: a file that is open for writing cannot be started.
Status fetch_program(MasterLink& link, const fs::path& program, const WantedObject& wanted) {
    GOETIA_ASSIGN(ObjectFetch fetch, ObjectFetch::open(program, {wanted.sha256, wanted.bytes}));
    for (bool right = false; !right;) {
        while (const auto span = fetch.next(kUpdateRange)) {
            GOETIA_ASSIGN(const std::string bytes, link.get(wanted.sha256, span->begin, span->end));
            GOETIA_TRY(fetch.take(*span, bytes));
        }
        GOETIA_ASSIGN(right, fetch.finish());
    }
    return {};
}

// A program that cannot even say its version is not one to become, nor is an older one.
Status try_program(const fs::path& program, const VersionFloor& floor) {
    std::error_code code;
    fs::permissions(program, fs::perms(0755), code);
    GOETIA_ASSIGN(const ProcessResult said, run_process({.words = {program, "--version"},
                                                         .environment = {},
                                                         .folder = {},
                                                         .input = {},
                                                         .timeout_seconds = 10,
                                                         .on_error_line = {}}));
    Status newer = said.exit_code == 0 ? floor.check(said.output) : Status();
    if (said.exit_code == 0 && newer) return {};
    fs::remove(program, code);
    if (!newer) return newer;
    return failed("the agent's update '{}' does not run: exit code {}", program.native(), said.exit_code);
}

}  // namespace

double reconnect_wait(const SessionOptions& options, int failures) {
    double wait = options.first_wait;
    for (int i = 1; i < failures && wait < options.longest_wait; ++i) wait *= 2;
    wait = std::min(wait, options.longest_wait);
    Random random(
        {.seed = options.seed, .sample = static_cast<std::uint64_t>(failures), .purpose = purpose("reconnect")});
    return random.uniform(wait / 2, wait);
}

void AgentSession::lose(const Error& error, double now) {
    if (connected_) channel_.close();
    connected_ = false;
    ++failures_;
    next_try_ = now + reconnect_wait(options_, failures_);
    fmt::print(stderr, "goetia-agent: {}; trying again in {:.1f} s\n", error.message, next_try_ - now);
}

Result<bool> AgentSession::connect(double now) {
    if (now < next_try_) return false;
    const auto session = channel_.connect();
    if (!session && session.error().code == Code::kDenied) return session.error();
    if (!session) return lose(session.error(), now), false;
    connected_ = true;
    failures_ = 0;
    last_heard_ = now;
    last_status_ = 0;
    node_.session_began(*session, now, channel_.signing_key());
    return true;
}

// Sends what is due and takes what comes, for at most look_every.
Status AgentSession::converse(double now) {
    if (node_.has_changed() || now - last_status_ >= options_.status_every) {
        GOETIA_TRY(channel_.send(node_.status(now)));
        last_status_ = now;
    }
    GOETIA_ASSIGN(std::optional<NodeDesired> desired, channel_.receive(options_.look_every));
    if (channel_.heard() || desired) {
        last_heard_ = now;
        node_.heard_from_master(now);
    }
    if (desired) node_.take(*std::move(desired));
    if (now - last_heard_ > options_.silence)
        return make_error(Code::kUnavailable, "the master has said nothing for {:.0f} s", now - last_heard_);
    return {};
}

bool AgentSession::has_left(double now) const {
    const auto gone_at = node_.leaving().gone_at();
    if (!gone_at) return false;
    return node_.all_handed_over() || now > *gone_at - kLastSecond;
}

Result<bool> AgentSession::has_update() {
    const WantedObject* wanted = node_.wanted_update();
    const double now = steady_seconds();
    if (wanted == nullptr || now < next_update_try_) return false;
    next_update_try_ = now + kUpdateRetry;
    GOETIA_TRY(node_.check_signed(*wanted, SignedKind::kAgent));
    const std::unique_ptr<MasterLink> link = channel_.open_link();
    if (link == nullptr) return false;
    const fs::path program = node_.programs_folder() / ("goetia-agent." + wanted->sha256.substr(0, 16));
    GOETIA_TRY(make_folders(program.parent_path()));
    GOETIA_TRY(fetch_program(*link, program, *wanted));
    GOETIA_TRY(try_program(program, node_.version_floor()));
    update_ = program;
    return true;
}

Result<std::optional<SessionEnd>> AgentSession::step(const std::function<bool()>& leave_requested) {
    const double now = steady_seconds();
    if (leave_requested()) node_.leaving().announce(now);
    GOETIA_TRY(node_.advance(now));
    if (has_left(now)) return std::optional(SessionEnd::kLeft);
    if (!connected_) {
        const auto connected = connect(now);
        if (!connected) {
            fmt::print(stderr, "goetia-agent: {}\n", connected.error().message);
            return std::optional(SessionEnd::kDenied);
        }
        if (!*connected) std::this_thread::sleep_for(std::chrono::duration<double>(options_.look_every));
        return std::optional<SessionEnd>();
    }
    if (Status talked = converse(now); !talked) return lose(talked.error(), now), std::optional<SessionEnd>();
    const auto update = has_update();
    if (!update) fmt::print(stderr, "goetia-agent: no update: {}\n", update.error().message);
    if (update && *update) return std::optional(SessionEnd::kUpdate);
    return std::optional<SessionEnd>();
}

Result<SessionEnd> AgentSession::run(const std::function<bool()>& leave_requested) {
    for (;;) {
        GOETIA_ASSIGN(const std::optional<SessionEnd> end, step(leave_requested));
        if (!end) continue;
        if (connected_) {
            static_cast<void>(channel_.send(node_.status(steady_seconds())));  // the last word, as far as it arrives
            channel_.close();
        }
        return *end;
    }
}

}  // namespace goetia
