// Which run another one began from: `parent.yaml` of its folder, and the family that such files make up.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

class ExperimentFolder;

struct RunParent {
    std::string relation;           // "fine-tune": its weights; "branch": its whole state, with another configuration
    std::string experiment;         // its id; empty: the weights are not in an experiment's folder
    std::filesystem::path weights;  // the file
    std::string sha256;             // of the file when the run began
    std::string config_sha256;      // of the experiment's config.yaml then; empty without an experiment
};

// The parent that the document names as local weights (model.pretrained); none if it starts from none, or if the file
// does not exist, which the run will report.
Result<std::optional<RunParent>> parent_in(const Json& document, const std::filesystem::path& working_folder);
// The parent of a run that begins from a checkpoint.
Result<RunParent> parent_by(const std::filesystem::path& checkpoint, const std::string& relation);

Status write_parent(const ExperimentFolder& folder, const RunParent& parent);
Result<std::optional<RunParent>> read_parent(const ExperimentFolder& folder);

// A run as its relatives are found.
struct Relative {
    std::string id, name, state;
    std::optional<RunParent> parent;
};

// {"id", "relation", "ancestors": nearest first, "descendants"}, as a master answers it; an ancestor that is not among
// `all` has nothing but its id, and `known` false. Each also has the "weights" and "sha256" it passed on.
Json lineage_among(const std::string& id, const std::vector<Relative>& all);

// The same from the folders around `folder`; "weights_now" says of each ancestor's weights whether they are "as they
// were", "changed" or "gone".
Result<Json> lineage_of_folder(const ExperimentFolder& folder, const std::vector<ExperimentFolder>& all);

}  // namespace goetia
