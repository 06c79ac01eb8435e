#include "agent/session/agent_node.h"

#include "protocol/runtime_build.h"

#include <algorithm>

#include "agent/machine/telemetry_log.h"
#include "agent/sandbox/sandbox_plan.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json.h"
#include "base/json_text.h"
#include "launch/control.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr double kFirstWait = 2, kLongestWait = 300;  // seconds between tries of a fetch
constexpr std::int64_t kNodeTelemetry = 8 << 20;      // bytes that are kept of the node's samples

// No later try can succeed: the package itself is at fault.
bool is_final(const Error& error) {
    return error.code == Code::kInvalid || error.code == Code::kUnsupported || error.code == Code::kDenied;
}

}  // namespace

AgentNode::AgentNode(AgentNodeOptions options, std::unique_ptr<GpuSource> gpus, ObjectCache cache,
                     FetchWorker::OpenLink open_link)
    : options_(std::move(options)),
      gpus_(std::move(gpus)),
      meters_({.data = options_.data}, *gpus_),
      leave_(options_.leave),
      cache_(std::move(cache)),
      fetcher_(cache_, open_link),
      replicator_(open_link) {}

Result<std::unique_ptr<AgentNode>> AgentNode::open(AgentNodeOptions options, std::unique_ptr<GpuSource> gpus,
                                                   FetchWorker::OpenLink open_link) {
    GOETIA_TRY(make_folders(options.data));
    // Before there are threads: it forks.
    std::vector<std::string> lacks = options.setup.sandbox ? sandbox_lacks() : std::vector<std::string>();
    if (!options.setup.groups.lack().empty()) lacks.push_back(options.setup.groups.lack());
    GOETIA_ASSIGN(ObjectCache cache, ObjectCache::open(options.data / "cache", options.cache_quota));
    std::unique_ptr<AgentNode> node(
        new AgentNode(std::move(options), std::move(gpus), std::move(cache), std::move(open_link)));
    GOETIA_TRY(node->version_floor().raise(node->options_.version));
    GOETIA_TRY(node->load_attempts());
    node->opened_ = node->heard_ = steady_seconds();
    node->facts_ = node->meters_.facts();
    if (!node->options_.host.empty()) node->facts_.host = node->options_.host;
    node->facts_.agent_version = node->options_.version;
    node->facts_.agent_sha256 = node->options_.own_sha256;
    node->facts_.labels = node->options_.labels;
    node->facts_.lacks = std::move(lacks);
    node->look_at_own_programs();
    return node;
}

// What tasks that bring no runtime bundle can use. A damaged installation is said at the node, which runs bundles
// still.
void AgentNode::look_at_own_programs() {
    const std::filesystem::path& programs = options_.setup.programs;
    std::error_code code;
    if (programs.empty() || !std::filesystem::exists(programs / "goetia-runtime", code)) return;
    const Result<RuntimeBuild> build = runtime_build_in(share_beside(programs));
    if (build) facts_.libtorch = {build->libtorch + (build->cuda.empty() ? "" : "+cuda")};
    else facts_.lacks.push_back("its own installation cannot be used: " + build.error().message);
}

Status AgentNode::load_attempts() {
    GOETIA_ASSIGN(std::vector<AttemptStore> stores, AttemptStore::list(options_.data / "attempts"));
    for (AttemptStore& store : stores) {
        const fs::path folder = store.folder();
        auto held = HeldAttempt::load(std::move(store));
        if (held) {
            const Fence fence = (*held)->fence();
            (*held)->set_groups(options_.setup.groups);
            attempts_[fence] = *std::move(held);
            continue;
        }
        // One that a failing disk has damaged must not keep the node from its others; the master takes it for lost.
        fmt::print(stderr, "goetia-agent: attempt '{}' cannot be read and is set aside: {}\n", folder.native(),
                   held.error().message);
        std::error_code code;
        fs::rename(folder, folder.native() + ".damaged", code);
        if (code) return os_error("rename", folder.native(), code.value());
    }
    tell_workers();
    return {};
}

void AgentNode::session_began(std::uint64_t session, double now, std::string signing_key) {
    signing_key_ = std::move(signing_key);
    session_ = session;
    number_ = taken_up_ = 0;
    heard_ = now;
    desired_.reset();
    facts_sent_ = false;
    told_.clear();
    replicator_.session_began(session);
}

bool AgentNode::take(NodeDesired desired) {
    if (!is_newer(desired, session_, desired_ ? std::optional(desired_->generation) : std::nullopt)) return false;
    desired_ = std::move(desired);
    for (const WantedAttempt& wanted : desired_->attempts) {
        if (const auto held = attempts_.find(wanted.fence); held != attempts_.end()) held->second->replica()->resume();
    }
    return true;
}

AttemptView AgentNode::view_of(const HeldAttempt& held) const {
    const WantedAttempt& wanted = held.wanted();
    const auto after = fetch_after_.find(held.fence());
    return {.fence = held.fence(),
            .wish = wanted.wish,
            .wish_number = wanted.wish_number,
            .wish_done = held.wish_done(),
            .on_disconnect = wanted.on_disconnect,
            .noop = wanted.noop,
            .devices = wanted.devices,
            .fetching = fetcher_.is_busy_with(held.fence()),
            .fetched = held.fetched(),
            .fetch_after = after != fetch_after_.end() ? after->second : 0,
            .checking = held.is_checking(),
            .checked = held.checked(),
            .has_processes = held.has_processes(),
            .stop_sent = held.stop_sent(),
            .exited = held.exit().has_value()};
}

NodeView AgentNode::view(double now) const {
    NodeView view{.attempts = {},
                  .desired = desired_,
                  .since_contact = now - heard_,
                  .draining = draining_,
                  .leaving = leave_.gone_at().has_value()};
    for (const auto& [fence, held] : attempts_) view.attempts.push_back(view_of(*held));
    return view;
}

Status AgentNode::advance(double now) {
    GOETIA_TRY(leave_.poll(now));
    take_fetched(now);
    for (const auto& [fence, held] : attempts_) {
        if (Status done = held->advance(now, gpu_fault_of(*held)); !done) held->log(done.error().message);
    }
    bool all_accepted = true;
    for (const NodeAction& action : reconcile(view(now), now)) {
        if (action.kind == NodeActionKind::kAccept && now < accept_after_) {
            all_accepted = false;
            continue;
        }
        Status done = act(action, now);
        if (done) continue;
        const auto held = attempts_.find(action.fence);
        if (held == attempts_.end()) {
            // Such as on a full disk: the others go on, and the master sees that this one has not been accepted yet.
            fmt::print(stderr, "goetia-agent: attempt {} cannot be accepted, and is tried again: {}\n", action.fence,
                       done.error().message);
            accept_after_ = now + kFirstWait;
            all_accepted = false;
            continue;
        }
        held->second->log(fmt::format("cannot {}: {}", name_of(action.kind), done.error().message));
    }
    if (all_accepted && desired_) taken_up_ = desired_->generation;
    if (now - sampled_ >= options_.telemetry_every) sample(now);
    return {};
}

Status AgentNode::act(const NodeAction& action, double now) {
    if (action.kind == NodeActionKind::kAccept) {
        GOETIA_ASSIGN(std::unique_ptr<HeldAttempt> held,
                      HeldAttempt::accept(options_.data / "attempts", *action.wanted));
        attempts_[action.fence] = std::move(held);
        tell_workers();
        return {};
    }
    const auto held = attempts_.find(action.fence);
    if (held == attempts_.end()) return {};
    if (action.kind == NodeActionKind::kPurge) {
        fetcher_.cancel(action.fence);
        GOETIA_TRY(held->second->purge());
        attempts_.erase(held);
        fetch_after_.erase(action.fence), fetch_wait_.erase(action.fence);
        tell_workers();
        return {};
    }
    return act_on(*held->second, action, now);
}

Status AgentNode::act_on(HeldAttempt& held, const NodeAction& action, double now) {
    const auto ask = [&](Request request) -> Status {
        GOETIA_TRY(held.send(request));
        return held.wish_carried_out(action.wish_number);
    };
    switch (action.kind) {
        case NodeActionKind::kNoteWish: return held.note_wish(*action.wanted);
        case NodeActionKind::kFetch: return start_fetch(held);
        case NodeActionKind::kCheck: return held.check_data(options_.setup, cache_);
        case NodeActionKind::kStart: return held.start(options_.setup, cache_, now);
        case NodeActionKind::kPause: return ask(Request::kPause);
        case NodeActionKind::kResume: return ask(Request::kResume);
        case NodeActionKind::kCheckpoint: return ask(Request::kCheckpoint);
        case NodeActionKind::kStop: return ask(Request::kStop);
        case NodeActionKind::kEnd:
            fetcher_.cancel(held.fence());
            if (held.wanted().noop && held.wanted().wish != Wish::kStop) return held.end({.kind = ExitKind::kOk});
            return held.end({.kind = ExitKind::kOk, .reason = "it was stopped before it started", .stopped = true});
        case NodeActionKind::kKill: return held.kill();
        case NodeActionKind::kAccept:
        case NodeActionKind::kPurge: return {};
    }
    return {};
}

Status AgentNode::check_signed(const WantedObject& object, SignedKind kind) const {
    return signing_key_.empty() || object.sha256.empty() ? Status() : check_object(object, kind, signing_key_);
}

// Nothing is fetched, let alone unpacked or run, that the master has not signed.
Status AgentNode::start_fetch(HeldAttempt& held) {
    Status is_signed = check_signed(held.wanted().package, SignedKind::kPackage);
    if (is_signed) is_signed = check_signed(held.wanted().runtime, SignedKind::kRuntime);
    if (!is_signed) return held.end({.kind = ExitKind::kError, .reason = is_signed.error().message});
    fetcher_.start(held.fence(), items_of(held.wanted()));
    return {};
}

void AgentNode::take_fetched(double now) {
    for (const FetchWorker::Done& done : fetcher_.take_done()) {
        const auto found = attempts_.find(done.fence);
        if (found == attempts_.end() || found->second->exit()) continue;
        HeldAttempt& held = *found->second;
        Status status = done.status;
        if (status) status = held.mark_fetched(cache_);
        if (status) continue;
        if (is_final(status.error())) {
            if (Status ended = held.end({.kind = ExitKind::kError, .reason = status.error().message}); !ended)
                held.log(ended.error().message);
            continue;
        }
        double& wait = fetch_wait_[done.fence];
        wait = wait == 0 ? kFirstWait : std::min(2 * wait, kLongestWait);
        fetch_after_[done.fence] = now + wait;
        held.log(fmt::format("fetching failed and is tried again in {:.0f} s: {}", wait, status.error().message));
    }
    for (const auto& [fence, held] : attempts_) {
        if (fetcher_.is_busy_with(fence)) held->set_fetching(fetcher_.progress(fence));
    }
}

void AgentNode::tell_workers() {
    std::map<Fence, std::shared_ptr<AttemptReplica>> replicas;
    std::set<std::string> used;
    for (const auto& [fence, held] : attempts_) {
        replicas[fence] = held->replica();
        for (const FetchItem& item : items_of(held->wanted())) used.insert(item.sha256);
    }
    replicator_.set_replicas(std::move(replicas));
    replicator_.wake();
    fetcher_.set_used(std::move(used));
}

void AgentNode::sample(double now) {
    sampled_ = now;
    use_ = meters_.use();
    const GpuInventory inventory = gpus_->inventory();
    const auto faults = [](const std::vector<GpuFacts>& gpus) {
        std::string all;
        for (const GpuFacts& gpu : gpus) all += gpu.uuid + gpu.fault + "\n";
        return all;
    };
    if (faults(inventory.gpus) != faults(facts_.gpus)) facts_sent_ = false;
    facts_.gpus = inventory.gpus;
    const std::string line = telemetry_line(goetia::now(), *use_);
    // A full disk costs samples, not the node.
    static_cast<void>(append_telemetry(options_.data / "telemetry.jsonl", line, kNodeTelemetry));
    for (const auto& [fence, held] : attempts_) {
        if (held->has_processes()) static_cast<void>(append_telemetry(held->machine_samples(), line, 0));
    }
}

std::string AgentNode::gpu_fault_of(const HeldAttempt& held) const {
    for (const GpuFacts& gpu : facts_.gpus) {
        const auto& devices = held.wanted().devices;
        if (!gpu.fault.empty() && std::find(devices.begin(), devices.end(), gpu.uuid) != devices.end())
            return gpu.fault;
    }
    return {};
}

std::string AgentNode::outline() const {
    std::string outline = fmt::format("{} {} {} {}", session_, taken_up_, draining_, leave_.gone_at().has_value());
    for (const auto& [fence, held] : attempts_)
        outline += fmt::format(";{} {} {} {}", fence, name_of(held->phase()), name_of(held->wanted().wish),
                               held->exit().has_value());
    return outline;
}

bool AgentNode::has_changed() const { return outline() != told_ || !facts_sent_; }

NodeStatus AgentNode::status(double now) {
    NodeStatus status{.session = session_,
                      .number = ++number_,
                      .generation = taken_up_,
                      .facts = {},
                      .use = std::exchange(use_, std::nullopt),
                      .attempts = {},
                      .draining = draining_,
                      .leaving = leave_.gone_at().has_value(),
                      .leaving_in = leave_.gone_at() ? std::max(0.0, *leave_.gone_at() - now) : 0};
    if (!std::exchange(facts_sent_, true)) status.facts = facts_;
    for (const auto& [fence, held] : attempts_) status.attempts.push_back(held->status());
    told_ = outline();
    return status;
}

bool AgentNode::all_handed_over() const {
    return std::all_of(attempts_.begin(), attempts_.end(),
                       [](const auto& one) { return one.second->phase() == AttemptPhase::kClosed; });
}

const WantedObject* AgentNode::wanted_update() const {
    if (!desired_ || desired_->update.sha256.empty() || desired_->update.sha256 == options_.own_sha256) return nullptr;
    return &desired_->update;
}

}  // namespace goetia
