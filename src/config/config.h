// Composes files and overrides into one resolved document, by the rules of Hydra and OmegaConf: compose, override,
// interpolate, sweep. It knows nothing of experiments; src/config/experiment_schema.h checks those.
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

// The time of the run that is being composed: now, or SOURCE_DATE_EPOCH (seconds since 1970), as is customary for
// reproducible builds.
Result<WallTime> composing_time();

struct ComposeRequest {
    std::filesystem::path file;                      // the primary config
    std::vector<std::filesystem::path> config_dirs;  // groups are searched here after the file's own folder
    std::vector<std::string> overrides;              // "optimizer.lr=0.1", "+backbone=resnet101", ...
    std::string name;                 // of the primary config, below `folder` ("app/small"); empty: that of the file
    std::filesystem::path folder;     // searched first for groups; empty: the file's own
    std::optional<WallTime> time;     // the value of ${now:...}; none: the time of composition
    std::optional<int> job_number;    // of a sweep's job: the value of ${hydra:job.num}
    std::optional<std::string> text;  // of the primary config, in place of the file, whose name it has in messages
    // For configs that others send: only the built-in configs (and the file's own folder) are read, and neither the
    // environment nor the settings of this program can be referred to.
    bool is_foreign = false;
};

// Fills `file`, `name` and `folder` of a request from Hydra's --config-path and --config-name: the config of that name
// in the folder, else in one of the config_dirs. The default name is "config".
Status choose_config(ComposeRequest& request, const std::filesystem::path& folder, const std::string& name);

// The source of a value: a line of a file, or an override (then `line` is 0 and `file` is the override itself).
struct Place {
    std::string file;
    int line = 0;
    bool from_override = false;
};

// The source of every node of a document, by its path: "model.backbone.depth", "augmentation.train.pipeline[1].size";
// the root is "".
using LineTable = std::map<std::string, Place>;

// The source of `path`, else that of its nearest ancestor.
Place place_of(const LineTable& lines, std::string path);

// A config that was merged, and the package of the document that it was merged into ("" is the root).
struct DefaultsEntry {
    std::string config, package, file;
};

struct Composed {
    Json document;    // resolved: what a run is made from; may hold secrets, never write it
    Json unresolved;  // references kept as written: this is stored on disk (compose() fixes those to now and hydra)
    Json hydra;       // the document that ${hydra:...} refers to
    LineTable lines;
    std::set<std::string> from_environment;  // paths whose value came, entirely or in part, from the environment
    std::vector<std::string> notices;        // sentences for the user, e.g. about ${VAR} taken from the environment
    std::vector<std::string> overrides;      // as applied
    std::vector<std::string> files;          // every file that was read, in the order of composition
    std::vector<DefaultsEntry> defaults;     // the final defaults list
};

Result<Composed> compose(const ComposeRequest& request);

// Composition without interpolation: `document` equals `unresolved`. For showing the configuration of a run as it was
// written.
Result<Composed> compose_unresolved(const ComposeRequest& request);

// The overrides of each job, in the order of Hydra's basic sweeper: the cartesian product of comma lists, choice(),
// range() and glob(), where the last override varies fastest. Without a sweep there is one job.
Result<std::vector<std::vector<std::string>>> expand_multirun(const ComposeRequest& request);

// Reads a plain YAML file with interpolation but without a defaults list, such as a stored config.yaml.
Result<Composed> load_composed(const std::filesystem::path& yaml);
Result<Json> load_resolved(const std::filesystem::path& yaml);

// YAML that reads back as the same document: strings that look like another type are quoted, floats use the shortest
// form that reads back equal, Unicode is not escaped.
std::string to_yaml(const Json& document);

// Parses a YAML text, typing scalars as OmegaConf does; faults carry `name` and the line.
Result<Json> parse_yaml(std::string_view text, const std::string& name);

// The built-in configs/: next to an installed program (share/goetia/configs), in the source tree, or the folder named
// by GOETIA_CONFIGS. Empty when there is none.
std::filesystem::path builtin_configs();
// The same for contract/ (experiment.schema.json).
std::filesystem::path builtin_contract();

}  // namespace goetia
