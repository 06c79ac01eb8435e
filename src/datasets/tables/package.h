// The parts of an Office Open XML file, as ECMA-376 has them found: what a part is called says nothing, the
// relationships that lead to it say what it is.
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
    std::string kind;  // "worksheet", "sharedStrings": the last word of its type
    std::string part;  // from the file's root, without . and ..
};

// By id. Those that lead out of the file are left out.
using Relations = std::map<std::string, Relation>;

class Package {
  public:
    // `file` is only for messages; the bytes must live as long.
    Package(std::string_view bytes, std::string file);

    // Unpacks these parts, where there are such, and no other. Names are the same in either case of letters.
    Status take(const std::vector<std::string>& parts);
    [[nodiscard]] Status load(const std::string& part, pugi::xml_document& document) const;

    // Of a part, which may have none; "" is the file itself.
    Result<Relations> relations_of(const std::string& part);

  private:
    std::string_view bytes_;
    std::string file_;
    ZipLimits limits_;
    std::map<std::string, std::string> parts_;  // by name in small letters
};

// The part of this kind; empty where there is none.
std::string part_of_kind(const Relations& relations, std::string_view kind);

// Elements are named with a prefix or without: <x:row> is <row>.
std::string_view local_name(std::string_view name);
pugi::xml_node child_named(const pugi::xml_node& node, std::string_view name);
std::string_view attribute_named(const pugi::xml_node& node, std::string_view name);
// The attribute by which an element names a relationship, whatever prefix stands for their name space.
std::string_view relation_id(const pugi::xml_node& node);

}  // namespace goetia
