#include "agent/session/fetch_worker.h"

#include <algorithm>

#include "agent/fetch/object_fetch.h"

namespace goetia {
namespace {

constexpr std::int64_t kRange = 4 << 20;

}  // namespace

std::vector<FetchItem> items_of(const WantedAttempt& wanted) {
    std::vector<FetchItem> items;
    const auto add = [&](const std::string& what, const WantedObject& object, bool unpacked) {
        if (!object.sha256.empty()) items.push_back({what, object.sha256, object.bytes, unpacked});
    };
    add("package", wanted.package, true);
    add("runtime", wanted.runtime, true);
    for (const WantedData& data : wanted.data)
        add(fmt::format("data '{}'", data.name), {.sha256 = data.sha256, .bytes = data.bytes}, true);
    if (wanted.resume) add("checkpoint", *wanted.resume, false);
    return items;
}

FetchWorker::FetchWorker(ObjectCache& cache, OpenLink open_link)
    : cache_(cache), open_link_(std::move(open_link)), thread_([this] { run(); }) {}

FetchWorker::~FetchWorker() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        for (const auto& job : jobs_) job->cancelled = true;
    }
    wake_.notify_all();
    thread_.join();
}

void FetchWorker::start(Fence fence, std::vector<FetchItem> items) {
    auto job = std::make_shared<Job>();
    job->fence = fence;
    job->items = std::move(items);
    const std::scoped_lock lock(mutex_);
    jobs_.push_back(std::move(job));
    wake_.notify_all();
}

void FetchWorker::cancel(Fence fence) {
    const std::scoped_lock lock(mutex_);
    for (const auto& job : jobs_) {
        if (job->fence == fence) job->cancelled = true;
    }
}

bool FetchWorker::is_busy_with(Fence fence) const {
    const std::scoped_lock lock(mutex_);
    return std::any_of(jobs_.begin(), jobs_.end(), [fence](const auto& job) { return job->fence == fence; });
}

FetchedSoFar FetchWorker::progress(Fence fence) const {
    const std::scoped_lock lock(mutex_);
    for (const auto& job : jobs_) {
        if (job->fence != fence) continue;
        FetchedSoFar progress{.bytes = job->bytes};
        for (const FetchItem& item : job->items) progress.total += item.bytes;
        if (const std::size_t at = job->item; at < job->items.size()) progress.what = job->items[at].what;
        return progress;
    }
    return {};
}

void FetchWorker::set_used(std::set<std::string> used) {
    const std::scoped_lock lock(mutex_);
    used_ = std::move(used);
}

std::vector<FetchWorker::Done> FetchWorker::take_done() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(done_, {});
}

void FetchWorker::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
        if (stopping_) return;
        const std::shared_ptr<Job> job = jobs_.front();
        lock.unlock();
        const std::unique_ptr<MasterLink> link = open_link_();
        Status status =
            link != nullptr ? bring_all(*job, *link) : make_error(Code::kUnavailable, "the master cannot be reached");
        lock.lock();
        done_.push_back({job->fence, std::move(status)});
        jobs_.pop_front();
    }
}

Status FetchWorker::bring_all(Job& job, MasterLink& link) {
    for (std::size_t i = 0; i < job.items.size(); ++i) {
        job.item = i;
        if (Status brought = bring(job, job.items[i], link); !brought)
            return std::move(brought).error().within(job.items[i].what);
    }
    return {};
}

std::set<std::string> FetchWorker::used_with(const Job& job) const {
    const std::scoped_lock lock(mutex_);
    std::set<std::string> used = used_;
    for (const FetchItem& item : job.items) used.insert(item.sha256);
    return used;
}

Status FetchWorker::bring(Job& job, const FetchItem& item, MasterLink& link) {
    const std::int64_t before = job.bytes;
    const bool there = item.unpacked ? cache_.has_unpacked(item.sha256) : cache_.has_file(item.sha256);
    if (!there && !cache_.has_file(item.sha256)) {
        GOETIA_TRY(cache_.make_room(item.bytes, used_with(job)));
        GOETIA_TRY(fetch(job, item, link));
    }
    if (item.unpacked) GOETIA_TRY(cache_.unpack(item.sha256));
    cache_.touch(item.sha256);
    job.bytes = before + item.bytes;
    return {};
}

Status FetchWorker::fetch(Job& job, const FetchItem& item, MasterLink& link) {
    GOETIA_ASSIGN(ObjectFetch fetch, ObjectFetch::open(cache_.file(item.sha256), {item.sha256, item.bytes}));
    const std::int64_t before = job.bytes;
    for (;;) {
        while (const auto span = fetch.next(kRange)) {
            if (job.cancelled) return make_error(Code::kCancelled, "the fetch was interrupted");
            GOETIA_ASSIGN(const std::string bytes, link.get(item.sha256, span->begin, span->end));
            GOETIA_TRY(fetch.take(*span, bytes));
            job.bytes = before + fetch.present();
        }
        GOETIA_ASSIGN(const bool right, fetch.finish());
        if (right) return {};
    }
}

}  // namespace goetia
