// The library of weights: what was worth keeping of experiments, by name, downloadable by hash, and a start for others.
// A model belongs to whoever saved it.
#pragma once

#include <filesystem>

#include "base/json_fwd.h"
#include "master/objects/object_store.h"
#include "master/store/store.h"
#include "master/store/work_rows.h"
#include "net/route.h"

namespace goetia {

// Safe to call from several threads; every function may wait for the disk.
class ModelLibrary {
  public:
    ModelLibrary(Store& store, ObjectStore& objects, std::filesystem::path data)
        : store_(store), objects_(objects), data_(std::move(data)) {}

    // Keeps the best weights of an experiment of the caller, also when the experiment goes. Without a name it gets the
    // experiment's. The same weights under the same name are the same model.
    Result<Json> save(const Caller& caller, const std::string& experiment, const std::string& name);

    Result<std::vector<Json>> list(const Caller& caller);
    Result<ModelRow> find(const Caller& caller, const std::string& id);
    Result<Json> erase(const Caller& caller, const std::string& id);
    [[nodiscard]] static Json shown(const ModelRow& row);
    [[nodiscard]] std::filesystem::path file(const ModelRow& row) const;

  private:
    Store& store_;
    ObjectStore& objects_;
    std::filesystem::path data_;
};

}  // namespace goetia
