// Removes, again and again, what runs have replaced (a run writes its last checkpoint after every epoch, and keeps only
// the newest `checkpoint.max_keep` of epochs), the objects that nothing needs any more, and uploads that nobody went on
// with for a day.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "master/objects/object_store.h"
#include "master/store/store.h"

namespace goetia {

class ObjectSweeper {
  public:
    using Log = std::function<void(const std::string& line)>;

    ObjectSweeper(Store& store, ObjectStore& objects, Log log, double seconds_between = 120);
    ~ObjectSweeper();
    ObjectSweeper(const ObjectSweeper&) = delete;
    ObjectSweeper& operator=(const ObjectSweeper&) = delete;

  private:
    void loop();

    Store& store_;
    ObjectStore& objects_;
    Log log_;
    double seconds_between_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_closing_ = false;
    std::thread thread_;
};

}  // namespace goetia
