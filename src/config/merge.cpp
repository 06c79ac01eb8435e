#include "config/merge.h"

#include "base/json_text.h"
#include "base/nearest.h"
#include "config/interpolation.h"

namespace goetia::config {
namespace {

Node* node_at(Node& root, const Path& path) {
    Node* node = &root;
    for (const std::string& step : path) node = node == nullptr ? nullptr : node->child(step);
    return node;
}

std::string kind_of(const Node& node) {
    return node.is_map() ? "a mapping" : node.is_list() ? "a list" : "a plain value";
}

// Works on paths rather than pointers, because a reference that is merged into is replaced by a copy of its target.
class Merger {
  public:
    // `closed`: new keys are not allowed (an override without '+').
    Merger(Node& root, bool closed) : root_(root), closed_(closed) {}

    Status merge(const Path& path, const Node& source) {
        for (const auto& [key, value] : source.entries) GOETIA_TRY(merge_key(path, key, value));
        Node* into = node_at(root_, path);
        if (source.place && !into->place) into->place = source.place;
        return {};
    }

  private:
    Status merge_key(const Path& path, const std::string& key, const Node& value) {
        Node* holder = node_at(root_, path);
        Node* old = holder->child(key);
        Path below_path = path;
        below_path.push_back(key);
        if (old == nullptr) {
            if (closed_) return invalid("there is no '{}'", join_path(below_path, root_));
            holder->entries.emplace_back(key, value);
            return {};
        }
        if (old->is_interpolation() && !value.is_scalar()) {
            if (const Node* target = referenced_container(root_, below_path)) {
                Node copy = *target;
                old = node_at(root_, below_path);
                *old = std::move(copy);
            }
        }
        if (old->is_map() && value.is_map()) return merge(below_path, value);
        if (!old->is_scalar() && !value.is_scalar() && old->type != value.type) {
            return invalid("'{}' is {} and cannot be merged with {}", join_path(below_path, root_), kind_of(*old),
                           kind_of(value));
        }
        if (!value.is_missing()) *old = value;
        return {};
    }

    Node& root_;
    bool closed_;
};

// The message for a missing key: how far the path exists, and the nearest keys.
Error unknown_key(const Node& root, const Path& path, const Override& one) {
    const Node* holder = &root;
    std::string reached;
    for (const std::string& step : path) {
        const Node* next = holder->child(step);
        if (next == nullptr || next->is_scalar()) {
            const std::vector<std::string> keys = (next == nullptr ? holder : next)->keys();
            const std::string missing = next == nullptr ? step : path.back();
            const std::string near = nearest_name(missing, keys);
            std::string known;
            for (const std::string& key : keys) known += (known.empty() ? "" : ", ") + key;
            Error error =
                invalid("override '{}': there is no '{}'{}; to add it write '+{}'", one.line, join_path(path, root),
                        near.empty() ? "" : fmt::format(", did you mean '{}'?", below(reached, near, false)), one.line);
            error.faults.push_back({.path = join_path(path, root),
                                    .file = one.line,
                                    .message = "unknown key",
                                    .found = missing,
                                    .allowed = known,
                                    .nearest = near});
            return error;
        }
        reached = below(reached, step, holder->is_list());
        holder = next;
    }
    return invalid("override '{}': there is no '{}'; to add it write '+{}'", one.line, one.key, one.line);
}

bool same_value(const Node& node, const Json& value) {
    const Json present = node.to_json();
    return present == value;
}

Status delete_key(Node& root, const Override& one, const Path& path) {
    Node* node = node_at(root, path);
    if (node == nullptr || path.empty() || node->is_null())
        return invalid("override '{}': there is no '{}' to delete", one.line, one.key);
    if (one.has_value && !one.value.to_json().is_null() && !same_value(*node, one.value.to_json())) {
        return invalid("override '{}': '{}' is {}, not {}, so it is not deleted", one.line, one.key,
                       json_text(node->to_json()), json_text(one.value.to_json()));
    }
    Path holder_path = path;
    holder_path.pop_back();
    Node* holder = node_at(root, holder_path);
    if (holder->is_list())
        return invalid("override '{}': an item of a list cannot be deleted; give the whole list, as {}=[...]", one.line,
                       join_path(holder_path, root));
    holder->erase(path.back());
    return {};
}

// Creates the path; any plain value on it is replaced by an empty mapping.
Result<Node*> open_way(Node& root, const Path& path, const PlacePointer& place) {
    Node* node = &root;
    for (const std::string& step : path) {
        if (node->is_list()) {
            node = node->child(step);
            if (node == nullptr) return invalid("a list has no item '{}'", step);
        } else {
            Node* child = node->child(step);
            node = child != nullptr ? child : &node->set(step, Node::map(place));
        }
        if (node->is_scalar()) *node = Node::map(place);
    }
    return node;
}

Status set_value(Node& root, const Override& one, const Path& path, const Node& value, bool may_add) {
    Path holder_path = path;
    holder_path.pop_back();
    if (!may_add) {
        const Node* holder = node_at(root, holder_path);
        if (holder == nullptr || holder->child(path.back()) == nullptr) return unknown_key(root, path, one);
    }
    auto holder = open_way(root, holder_path, value.place);
    if (!holder) return std::move(holder).error().within(fmt::format("override '{}'", one.line));
    Node* old = (*holder)->child(path.back());
    if (old == nullptr && (*holder)->is_list())
        return invalid("override '{}': the list '{}' has {} items; give the whole list, as {}=[...]", one.line,
                       join_path(holder_path, root), (*holder)->items.size(), join_path(holder_path, root));
    if (old != nullptr && !old->is_scalar() && !value.is_scalar()) {
        if (old->type != value.type)
            return invalid("override '{}': '{}' is {} and cannot be merged with {}", one.line, one.key, kind_of(*old),
                           kind_of(value));
        if (old->is_map()) {
            Status merged = Merger(root, !may_add).merge(path, value);
            return merged ? Status() : Status(std::move(merged).error().within(fmt::format("override '{}'", one.line)));
        }
    }
    (*holder)->set(path.back(), value);
    return {};
}

Status apply_one(Node& root, const Override& one) {
    if (one.package)
        return invalid("override '{}': there is no group '{}', so '@{}' is not allowed", one.line, one.key,
                       *one.package);
    if (one.key.find('/') != std::string::npos)
        return invalid("override '{}': there is no group '{}'", one.line, one.key);
    if (one.key.empty()) return invalid("override '{}': a key is missing before '='", one.line);
    const Path path = split_path(one.key);
    if (one.type == Override::Type::kDelete) return delete_key(root, one, path);

    const auto place = std::make_shared<Place>(Place{one.line, 0, true});
    const Node value = Node::from_json(one.value.to_json(), place);
    if (one.type == Override::Type::kAdd && value.is_scalar()) {
        const auto there = holds_value(root, one.key);
        if (!there) return Error(there.error()).within(fmt::format("override '{}'", one.line));
        if (*there)
            return invalid(
                "override '{}': '{}' is already there; write '{}' to change it, or '+{}' to add or change it", one.line,
                one.key, one.line.substr(1), one.line);
    }
    return set_value(root, one, path, value, one.type != Override::Type::kChange);
}

}  // namespace

Status merge_package(Node& root, const std::string& package, const Node& content) {
    if (package.empty()) return Merger(root, false).merge({}, content);
    // Nested from the inside out, so that a single merge is enough.
    Node wrapped = content;
    const Path path = split_path(package);
    for (auto step = path.rbegin(); step != path.rend(); ++step) {
        Node holder = Node::map(content.place);
        holder.entries.emplace_back(*step, std::move(wrapped));
        wrapped = std::move(holder);
    }
    return Merger(root, false).merge({}, wrapped);
}

Status apply_overrides(Node& root, const std::vector<Override>& overrides) {
    std::vector<Error> errors;
    for (const Override& one : overrides) {
        Status done = apply_one(root, one);
        if (!done) errors.push_back(std::move(done).error());
    }
    if (errors.empty()) return {};
    if (errors.size() == 1) return std::move(errors[0]);
    Error all = invalid("{} overrides cannot be applied", errors.size());
    for (Error& error : errors) {
        Fault fault = error.faults.empty() ? Fault{} : error.faults[0];
        fault.message = std::move(error.message);
        all.faults.push_back(std::move(fault));
    }
    return all;
}

}  // namespace goetia::config
