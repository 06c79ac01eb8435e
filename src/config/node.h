// A document under composition: like Json, but every node knows its source.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "config/config.h"

namespace goetia::config {

using PlacePointer = std::shared_ptr<const Place>;

// The steps to a node: keys of mappings, and indices of list items.
using Path = std::vector<std::string>;

struct Node {
    enum class Type { kScalar, kList, kMap };
    struct Entry;  // {key, node}; std::pair does not allow an incomplete type everywhere

    Type type = Type::kScalar;
    Json scalar;                 // null, bool, integer, float or string
    std::vector<Node> items;     // of a list
    std::vector<Entry> entries;  // of a map, in the author's order
    PlacePointer place;

    static Node map(PlacePointer place = nullptr);
    static Node list(PlacePointer place = nullptr);
    static Node value(Json scalar, PlacePointer place = nullptr);
    static Node from_json(const Json& json, const PlacePointer& place);

    [[nodiscard]] bool is_map() const { return type == Type::kMap; }
    [[nodiscard]] bool is_list() const { return type == Type::kList; }
    [[nodiscard]] bool is_scalar() const { return type == Type::kScalar; }
    [[nodiscard]] bool is_null() const { return is_scalar() && scalar.is_null(); }
    [[nodiscard]] bool is_text() const { return is_scalar() && scalar.is_string(); }
    [[nodiscard]] const std::string& text() const { return scalar.get_ref<const std::string&>(); }
    [[nodiscard]] bool is_missing() const { return is_text() && text() == "???"; }
    [[nodiscard]] bool is_interpolation() const { return is_text() && text().find("${") != std::string::npos; }

    // The child with that key or index, or null.
    [[nodiscard]] const Node* child(std::string_view key) const;
    [[nodiscard]] Node* child(std::string_view key);
    Node& set(std::string_view key, Node value);  // of a map: replaces in place or appends
    bool erase(std::string_view key);             // of a map or a list

    [[nodiscard]] std::vector<std::string> keys() const;
    [[nodiscard]] Json to_json() const;
};

struct Node::Entry {
    std::string key;
    Node node;
};

// "a.b[2].c"
std::string join_path(const Path& path, const Node& root);
std::string below(const std::string& path, std::string_view key, bool in_list);

// Splits "a.b", "a[b].c" into steps, as OmegaConf does; leading dots are not allowed.
Path split_path(std::string_view text);

// Collects the source of each node.
void collect_places(const Node& node, const std::string& path, LineTable& table);

}  // namespace goetia::config
