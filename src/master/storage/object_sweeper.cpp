#include "master/storage/object_sweeper.h"

#include <chrono>

#include "base/clock.h"
#include "master/experiments/artifact_records.h"

namespace goetia {
namespace {

constexpr double kUploadsAreKept = 86'400;  // seconds
constexpr double kClockSlack = 3600;        // how far the clock may be set back between two sweeps

Status remove_unneeded(Store& store, ObjectStore& objects, double since) {
    GOETIA_ASSIGN(const std::vector<ArtifactRow> replaced, replaced_checkpoints(store, since));
    GOETIA_TRY(forget_artifacts(store, objects, replaced));
    GOETIA_ASSIGN(const std::vector<ObjectRow> rows, unneeded_objects(store));
    GOETIA_TRY(remove_objects(store, objects, rows));
    GOETIA_TRY(objects.remove_parts(kUploadsAreKept));
    return {};
}

}  // namespace

ObjectSweeper::ObjectSweeper(Store& store, ObjectStore& objects, Log log, double seconds_between)
    : store_(store), objects_(objects), log_(std::move(log)), seconds_between_(seconds_between), thread_([this] {
          loop();
      }) {}

ObjectSweeper::~ObjectSweeper() {
    {
        const std::lock_guard lock(mutex_);
        is_closing_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void ObjectSweeper::loop() {
    std::unique_lock lock(mutex_);
    const auto pause = std::chrono::duration<double>(seconds_between_);
    double since = 0;
    while (!changed_.wait_for(lock, pause, [this] { return is_closing_; })) {
        lock.unlock();
        const double begun = to_seconds(now());
        const Status removed = remove_unneeded(store_, objects_, since);
        if (removed) since = begun - kClockSlack;
        if (!removed && log_) log_("objects that nothing needs stay for now: " + removed.error().message);
        lock.lock();
    }
}

}  // namespace goetia
