// The files of experiments that are objects, as rows: what is listed, and what still needs an object. An object that
// came from an attempt goes when no artifact has it any more and no task may start from it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "master/objects/object_store.h"
#include "master/store/store.h"

namespace goetia {

// How an artifact is named in addresses: it stays the same while the file of this path is replaced.
std::string artifact_id(std::string_view path);

// The object is there, and is the file of this path from now on.
Status note_artifact(StoreTransaction& change, const ArtifactRow& row);

Result<std::vector<ArtifactRow>> artifacts_of(Store& store, const std::string& experiment);

// The checkpoints of epochs that their runs have replaced themselves: of each run with a file since `since`, all but
// the newest `checkpoint.max_keep` of its configuration.
Result<std::vector<ArtifactRow>> replaced_checkpoints(Store& store, double since);

// The file is none of its experiment any more; its object stays while something needs it.
Status forget_artifacts(Store& store, ObjectStore& objects, const std::vector<ArtifactRow>& rows);

// The objects that nothing needs; of these only `among`, unless it is none.
Result<std::vector<ObjectRow>> unneeded_objects(Store& store,
                                                const std::optional<std::vector<std::string>>& among = {});

// Removes them and their rows; returns the bytes of the disk that are free now.
Result<std::int64_t> remove_objects(Store& store, ObjectStore& objects, const std::vector<ObjectRow>& rows);

}  // namespace goetia
