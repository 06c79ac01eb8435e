// The disk of a master: what takes it, and what goes by rule.
#pragma once

#include <mutex>

#include "master/experiments/experiment_service.h"
#include "master/objects/retention.h"
#include "master/storage/settings_service.h"

namespace goetia {

class StorageService {
  public:
    StorageService(Store& store, ObjectStore& objects, ExperimentService& experiments, SettingsService& settings,
                   std::filesystem::path data)
        : store_(store), objects_(objects), experiments_(experiments), settings_(settings), data_(std::move(data)) {}

    // Counted at most every half minute.
    Result<Json> use();

    // What goes by the settings, now. With `plan` of such an answer, and if it would still be the same, it goes
    // (kWrongState otherwise).
    Result<Json> retention(const Caller& caller, const std::string& plan);

    // How far the copy to MySQL came; `target` is null while there is none.
    Result<Json> copy() const;

  private:
    Result<std::vector<RetentionStep>> planned(const RetentionRule& rule, double now);

    Store& store_;
    ObjectStore& objects_;
    ExperimentService& experiments_;
    SettingsService& settings_;
    std::filesystem::path data_;
    std::mutex mutex_;
    double counted_at_ = -1;  // steady
    std::shared_ptr<const Json> counted_;
    std::mutex retention_mutex_;  // one at a time
};

}  // namespace goetia
