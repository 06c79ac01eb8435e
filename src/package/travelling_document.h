// A document that is to run on another machine: its paths become marks, which the agent replaces by paths of its node.
//
//   @data/NAME/...      data that the run reads, which is at the node or fetched to it
//   @package/files/...  a small file that the document names, which travels with it
//
// Data are what `dataset` calls data_root, data_roots, *_dir and *_folder (or, without a root, the folder of its
// table). Files are what a key `path`, *_path or *_file names, if it is there; other values are left as they are.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "protocol/manifests.h"

namespace goetia {

struct TravellingFile {
    std::string name;              // in the package: "files/model.pretrained.path/weights.pth"
    std::filesystem::path source;  // here
    std::string key;               // that names it: "model.pretrained.path"
};

struct TravellingParts {
    std::vector<TravellingFile> files;
    std::vector<PackagedData> data;  // without certificates
};

// Where the paths of a document lead.
enum class PathsOf {
    kThisMachine,  // files are looked up here, and small ones travel with the document
    kNodes,        // nothing is looked up: they are absolute paths of nodes, and only their data can be named
};

// Writes the marks into the document, whose relative paths are relative to `working_folder`, and tells what they stand
// for. kNotFound when data at a relative path are not there; for paths of nodes, kInvalid when one is relative or a
// file lies outside of the data.
Result<TravellingParts> mark_paths(Json& document, const std::filesystem::path& working_folder,
                                   PathsOf paths = PathsOf::kThisMachine);

// Texts that came from the environment, other than paths that have become marks: they may be secrets, and a package
// lies on disks. A fault for each; `from_environment` as in Composed.
std::vector<Fault> environment_texts(const Json& document, const std::set<std::string>& from_environment);

}  // namespace goetia
