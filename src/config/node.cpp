#include "config/node.h"

#include <algorithm>
#include <charconv>

namespace goetia::config {
namespace {

std::optional<std::size_t> list_index(std::string_view key, std::size_t size) {
    std::size_t index = 0;
    const auto [end, fault] = std::from_chars(key.data(), key.data() + key.size(), index);
    if (fault != std::errc() || end != key.data() + key.size() || index >= size) return std::nullopt;
    return index;
}

}  // namespace

Node Node::map(PlacePointer place) {
    Node node;
    node.type = Type::kMap;
    node.place = std::move(place);
    return node;
}

Node Node::list(PlacePointer place) {
    Node node;
    node.type = Type::kList;
    node.place = std::move(place);
    return node;
}

Node Node::value(Json scalar, PlacePointer place) {
    Node node;
    node.scalar = std::move(scalar);
    node.place = std::move(place);
    return node;
}

Node Node::from_json(const Json& json, const PlacePointer& place) {
    if (json.is_object()) {
        Node node = map(place);
        for (const auto& [key, value] : json.items()) node.entries.emplace_back(key, from_json(value, place));
        return node;
    }
    if (json.is_array()) {
        Node node = list(place);
        for (const Json& value : json) node.items.push_back(from_json(value, place));
        return node;
    }
    return value(json, place);
}

const Node* Node::child(std::string_view key) const {
    if (is_map()) {
        const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.key == key; });
        return found == entries.end() ? nullptr : &found->node;
    }
    if (is_list()) {
        const auto index = list_index(key, items.size());
        return index ? &items[*index] : nullptr;
    }
    return nullptr;
}

Node* Node::child(std::string_view key) { return const_cast<Node*>(std::as_const(*this).child(key)); }

Node& Node::set(std::string_view key, Node value) {
    if (Node* existing = child(key)) return *existing = std::move(value);
    return entries.emplace_back(std::string(key), std::move(value)).node;
}

bool Node::erase(std::string_view key) {
    if (is_map()) return std::erase_if(entries, [&](const auto& e) { return e.key == key; }) > 0;
    const auto index = is_list() ? list_index(key, items.size()) : std::nullopt;
    if (index) items.erase(items.begin() + static_cast<std::ptrdiff_t>(*index));
    return index.has_value();
}

std::vector<std::string> Node::keys() const {
    std::vector<std::string> list;
    for (const auto& [key, value] : entries) list.push_back(key);
    return list;
}

Json Node::to_json() const {
    if (is_scalar()) return scalar;
    if (is_list()) {
        Json list = Json::array();
        for (const Node& item : items) list.push_back(item.to_json());
        return list;
    }
    Json map = Json::object();
    for (const auto& [key, value] : entries) map[key] = value.to_json();
    return map;
}

std::string below(const std::string& path, std::string_view key, bool in_list) {
    if (in_list) return fmt::format("{}[{}]", path, key);
    return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

std::string join_path(const Path& path, const Node& root) {
    std::string text;
    const Node* node = &root;
    for (const std::string& step : path) {
        text = below(text, step, node != nullptr && node->is_list());
        if (node != nullptr) node = node->child(step);
    }
    return text;
}

Path split_path(std::string_view text) {
    Path path;
    std::string step;
    bool open = true;  // a step may follow, even an empty one
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '.') {
            if (open) path.push_back(step);
            step.clear();
            open = true;
        } else if (text[i] == '[') {
            if (open && !step.empty()) path.push_back(step);
            const std::size_t end = std::min(text.find(']', i), text.size());
            path.emplace_back(text.substr(i + 1, end - i - 1));
            step.clear();
            open = false;
            i = end;
        } else {
            step += text[i];
            open = true;
        }
    }
    if (open) path.push_back(step);
    return path;
}

void collect_places(const Node& node, const std::string& path, LineTable& table) {
    if (node.place) table[path] = *node.place;
    for (const auto& [key, value] : node.entries) collect_places(value, below(path, key, false), table);
    for (std::size_t i = 0; i < node.items.size(); ++i)
        collect_places(node.items[i], below(path, std::to_string(i), true), table);
}

}  // namespace goetia::config
