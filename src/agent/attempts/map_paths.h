// Where things lie at this node: a packaged document names them by marks that are replaced here.
//
//   @data/NAME/...     the data of that name
//   @package/...       the task's package, unpacked: sources of plug-ins and whatever else it brought
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

struct NodePaths {
    std::map<std::string, std::filesystem::path> data;
    std::filesystem::path package;
};

// Every text of the document that begins with a mark. kInvalid: it names data that the task has not.
Status map_paths(Json& document, const NodePaths& paths);

}  // namespace goetia
