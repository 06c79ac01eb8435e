// The parts of an Office Open XML package. As ECMA-376 specifies, parts are located through relationships, never by
// their names.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "datasets/tables/zip.h"

namespace pugi {
class xml_document;
class xml_node;
}  // namespace pugi

namespace goetia {

struct Relation {
    std::string kind;  // "worksheet", "sharedStrings": the last component of its type
    std::string part;  // path from the package root, without . and ..
};

// By id. External relationships are omitted.
using Relations = std::map<std::string, Relation>;

class Package {
  public:
    // `file` is only used in messages; the bytes must outlive the package.
    Package(std::string_view bytes, std::string file);

    // Unpacks these parts, if they exist, and no others. Names are case-insensitive.
    Status unpack(const std::vector<std::string>& parts);
    [[nodiscard]] Status load(const std::string& part, pugi::xml_document& document) const;

    // The relationships of a part, if any; "" is the package itself.
    Result<Relations> relations_of(const std::string& part);

  private:
    std::string_view bytes_;
    std::string file_;
    ZipLimits limits_;
    std::map<std::string, std::string> parts_;  // by name in lower case
};

// The part of this kind; empty if there is none.
std::string part_of_kind(const Relations& relations, std::string_view kind);

// Names are compared without namespace prefix: <x:row> is <row>.
std::string_view local_name(std::string_view name);
pugi::xml_node child_named(const pugi::xml_node& node, std::string_view name);
std::string_view attribute_named(const pugi::xml_node& node, std::string_view name);
// The attribute with which an element refers to a relationship, whatever its namespace prefix.
std::string_view relation_id(const pugi::xml_node& node);

}  // namespace goetia
