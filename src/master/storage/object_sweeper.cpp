#include "master/storage/object_sweeper.h"

#include <chrono>

#include "master/experiments/artifact_records.h"

namespace goetia {
namespace {

constexpr double kUploadsAreKept = 86'400;  // seconds

Status remove_unneeded(Store& store, ObjectStore& objects) {
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
    while (!changed_.wait_for(lock, pause, [this] { return is_closing_; })) {
        lock.unlock();
        const Status removed = remove_unneeded(store_, objects_);
        if (!removed && log_) log_("objects that nothing needs stay for now: " + removed.error().message);
        lock.lock();
    }
}

}  // namespace goetia
