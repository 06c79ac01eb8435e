#include "agent/session/replica_worker.h"

#include <chrono>

namespace goetia {
namespace {

constexpr std::chrono::milliseconds kLookAgain{500};  // files grow without telling us
constexpr std::chrono::seconds kAfterAnError{2};

}  // namespace

ReplicaWorker::ReplicaWorker(OpenLink open_link) : open_link_(std::move(open_link)), thread_([this] { run(); }) {}

ReplicaWorker::~ReplicaWorker() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void ReplicaWorker::set_replicas(std::map<Fence, std::shared_ptr<AttemptReplica>> replicas) {
    const std::scoped_lock lock(mutex_);
    replicas_ = std::move(replicas);
}

void ReplicaWorker::wake() {
    const std::scoped_lock lock(mutex_);
    woken_ = true;
    wake_.notify_all();
}

void ReplicaWorker::session_began(std::uint64_t session) {
    const std::scoped_lock lock(mutex_);
    session_ = session;
    began_ = woken_ = true;
    wake_.notify_all();
}

std::map<Fence, std::shared_ptr<AttemptReplica>> ReplicaWorker::replicas() {
    const std::scoped_lock lock(mutex_);
    return replicas_;
}

void ReplicaWorker::run() {
    std::unique_ptr<MasterLink> link;
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (std::exchange(began_, false)) {
            link.reset();
            for (const auto& [fence, replica] : replicas_) replica->disconnected();
        }
        woken_ = false;
        const bool idle = replicas_.empty() || session_ == 0;
        const std::uint64_t session = session_;
        lock.unlock();
        if (link == nullptr && !idle) link = open_link_();
        broken_ = link == nullptr && !idle;
        const bool more = link != nullptr && carry_round(*link, session);
        if (broken_) link.reset();
        lock.lock();
        if (more) continue;
        const auto woken = [this] { return stopping_ || woken_; };
        if (idle) wake_.wait(lock, woken);
        else if (broken_) wake_.wait_for(lock, kAfterAnError, woken);
        else wake_.wait_for(lock, kLookAgain, woken);
    }
}

bool ReplicaWorker::carry_round(MasterLink& link, std::uint64_t session) {
    bool more = false;
    for (const auto& [fence, replica] : replicas()) {
        const auto step = carry_one(*replica, link, session);
        if (!step) {
            // Which side failed is not known: compare again what lies before.
            replica->disconnected();
            broken_ = true;
            return false;
        }
        more = more || *step == AttemptReplica::Step::kSent;
    }
    return more;
}

}  // namespace goetia
