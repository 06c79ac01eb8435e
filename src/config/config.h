// From files and overrides to one resolved document, by Hydra's and OmegaConf's rules: compose, override, interpolate,
// sweep. Nothing here knows what an experiment is; src/config/experiment_schema.h checks that.
//
//   GOETIA_ASSIGN(Composed composed, compose({.file = "resnet50.yaml", .overrides = {"optimizer.lr=0.01"}}));
//   GOETIA_TRY(check_experiment(composed));
//   write_file_atomic(folder.config(), to_yaml(composed.unresolved));   // secrets stay references
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

namespace goetia {

// The moment of a run that is composed now; SOURCE_DATE_EPOCH (seconds since 1970), the custom of reproducible builds,
// names another.
Result<WallTime> composing_time();

struct ComposeRequest {
    std::filesystem::path file;                      // the primary config
    std::vector<std::filesystem::path> config_dirs;  // groups are looked for here after the file's own folder
    std::vector<std::string> overrides;              // "optimizer.lr=0.1", "+backbone=resnet101", ...
    std::string name;               // the primary config's, below `folder` ("app/small"); empty: it is the file's
    std::filesystem::path folder;   // where groups are looked for first; empty: the file's own
    std::optional<WallTime> time;   // what ${now:...} gives; none: that of composing
    std::optional<int> job_number;  // of a sweep's job: what ${hydra:job.num} gives
};

// Fills `file`, `name` and `folder` of a request from Hydra's --config-path and --config-name: the config of that name
// in the folder, else in one of the config_dirs. Without a name it is "config".
Status choose_config(ComposeRequest& request, const std::filesystem::path& folder, const std::string& name);

// Where a value was said: a line of a file, or an override (then `line` is 0 and `file` is the override itself).
struct Place {
    std::string file;
    int line = 0;
    bool from_override = false;
};

// Every node of a document by its path: "model.backbone.depth", "augmentation.train.pipeline[1].size"; the root is "".
using LineTable = std::map<std::string, Place>;

// The nearest place to `path`: its own, else that of what holds it.
Place place_of(const LineTable& lines, std::string path);

// A config that took part, and the package of the document that it was merged into ("" is the root).
struct DefaultsEntry {
    std::string config, package, file;
};

struct Composed {
    Json document;    // resolved: what a run is made from; may hold secrets, never write it
    Json unresolved;  // references kept as written: what goes to disk (compose() fixes those to now and hydra)
    Json hydra;       // what ${hydra:...} looks into
    LineTable lines;
    std::set<std::string> from_environment;  // paths whose value came, wholly or in part, from the environment
    std::vector<std::string> notices;        // sentences for the user, e.g. about ${VAR} taken from the environment
    std::vector<std::string> overrides;      // as applied
    std::vector<std::string> files;          // every file that took part, in the order of composition
    std::vector<DefaultsEntry> defaults;     // the same as the final defaults list
};

Result<Composed> compose(const ComposeRequest& request);

// Composition without interpolation: `document` equals `unresolved`. For showing what a run would be told.
Result<Composed> compose_unresolved(const ComposeRequest& request);

// The override lines of each job, in the order of Hydra's basic sweeper: the cartesian product of comma lists,
// choice(), range() and glob(), the last override turning fastest. Without a sweep there is one job.
Result<std::vector<std::vector<std::string>>> expand_multirun(const ComposeRequest& request);

// A plain YAML file with interpolation, without defaults list: how a written config.yaml is read back.
Result<Composed> load_composed(const std::filesystem::path& yaml);
Result<Json> load_resolved(const std::filesystem::path& yaml);

// YAML that reads back as the same document: strings that look like something else are quoted, floats are the shortest
// that read back equal, Unicode stays plain.
std::string to_yaml(const Json& document);

// One YAML text as a document, scalars typed as OmegaConf types them; faults carry `name` and the line.
Result<Json> parse_yaml(std::string_view text, const std::string& name);

// The built-in configs/: beside an installed program (share/goetia/configs) or in the source tree; GOETIA_CONFIGS
// names another. Empty when there is none.
std::filesystem::path builtin_configs();
// The same for contract/ (experiment.schema.json).
std::filesystem::path builtin_contract();

}  // namespace goetia
