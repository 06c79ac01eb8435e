// Experiments as people ask for them: listed, shown, compared, annotated, deleted. Whoever may not see one is answered
// as if it did not exist.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "master/experiments/experiment_files.h"
#include "master/experiments/stored_experiment.h"
#include "master/objects/object_store.h"
#include "master/series/series_store.h"
#include "master/service/monitor.h"
#include "net/route.h"

namespace goetia {

struct ExperimentPage {
    std::vector<Json> items;
    std::size_t total = 0;
    std::string next;
};

// What is to be changed; none: as it is.
struct ExperimentChange {
    std::optional<std::string> name, notes;
    std::optional<std::vector<std::string>> tags;
    std::optional<bool> archived;
};

struct ShownArtifact {
    std::string name, hash;
    std::filesystem::path path;  // of its object
};

struct ErasedExperiment {
    std::string id;
    std::int64_t bytes = 0;  // of the disk that are free now
};

// Safe to call from several threads; every function may wait for the disk.
class ExperimentService {
  public:
    ExperimentService(Store& store, ObjectStore& objects, Monitor& monitor, std::filesystem::path data)
        : store_(store), objects_(objects), monitor_(monitor), data_(std::move(data)), series_(data_) {}

    // Only what the caller may see; archived ones only with `archived=true` or `archived=any`.
    [[nodiscard]] static ListQuery visible_to(const Caller& caller, ListQuery query);
    Result<ExperimentPage> list(const Caller& caller, const ListQuery& query, ReadConfigs configs);
    [[nodiscard]] const ListTable& table() const { return store_.experiments(); }

    // kNotFound: it does not exist, or is not the caller's.
    Result<StoredExperiment> find(const Caller& caller, const std::string& id, ReadConfigs configs = ReadConfigs::kNo);
    Result<Json> show(const Caller& caller, const std::string& id);
    Result<Json> compare(const Caller& caller, const std::vector<std::string>& ids, bool all);
    Result<Json> lineage(const Caller& caller, const std::string& id);

    // `version`: only if that is the experiment's; an error whose fault has the path "If-Match" says that it is not.
    Result<Json> change(const Caller& caller, const std::string& id, const ExperimentChange& change,
                        std::optional<std::int64_t> version);
    // Its task must have ended. Frees its folder, its curves, and the objects that nothing else needs.
    Result<ErasedExperiment> erase(const Caller& caller, const std::string& id, std::optional<std::int64_t> version);
    // A file that is an object, by the rule of retention; returns the freed bytes.
    Result<std::int64_t> erase_artifact(const Caller& caller, const std::string& id, const std::string& path);

    Result<std::shared_ptr<ExperimentSeries>> series(const Caller& caller, const std::string& id);

    Result<std::vector<Json>> artifacts(const Caller& caller, const std::string& id);
    Result<ShownArtifact> artifact(const Caller& caller, const std::string& id, const std::string& artifact);
    // As the journals tell them, the newest first; `artifact` is null while its file is not here.
    Result<std::vector<Json>> checkpoints(const Caller& caller, const std::string& id);
    Result<std::vector<ExperimentLog>> logs(const Caller& caller, const std::string& id);
    Result<std::string> log(const Caller& caller, const std::string& id, const std::string& name, std::int64_t offset,
                            std::int64_t most);

    [[nodiscard]] std::filesystem::path folder(const std::string& id) const { return data_ / "experiments" / id; }

  private:
    Result<std::int64_t> free_unneeded(const std::vector<ArtifactRow>& artifacts);

    Store& store_;
    ObjectStore& objects_;
    Monitor& monitor_;
    std::filesystem::path data_;
    SeriesStore series_;
};

}  // namespace goetia
