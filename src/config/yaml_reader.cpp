#include "config/yaml_reader.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <unordered_set>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "base/files.h"
#include "base/json_text.h"
#include "base/utf8.h"
#include "config/scalars.h"

namespace goetia::config {
namespace {

// Thrown inside yaml-cpp's parser, caught in read_yaml(): an event handler has no other way to stop it.
struct Refused {
    Error error;
};

[[noreturn]] void refuse(const std::string& name, int line, std::string message, std::string allowed = {}) {
    Error error = invalid("'{}' cannot be read", name);
    error.faults.push_back({.file = name, .line = line, .message = std::move(message), .allowed = std::move(allowed)});
    throw Refused{std::move(error)};
}

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

// Builds nodes from the parser's events. A container stays on the stack until its end event.
class Builder : public YAML::EventHandler {
  public:
    explicit Builder(std::string name) : name_(std::move(name)) {}

    Node take() { return has_root_ ? std::move(root_) : Node::map(place_at(1)); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        finish(Node::value(nullptr, place_at(line(mark))), anchor);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto known = anchors_.find(anchor);
        if (known == anchors_.end()) refuse(name_, line(mark), "an alias must not refer to a node that contains it");
        count_ += known->second.size - 1;
        finish(known->second.node, 0, line(mark), known->second.depth);
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        Node node = Node::value(typed(tag, value, line(mark)), place_at(line(mark)));
        finish(std::move(node), anchor, line(mark), 0, tag == "?" && value == "<<");
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        expect_tag(tag, "seq", line(mark));
        push({Node::list(place_at(line(mark))), anchor}, line(mark));
    }

    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        expect_tag(tag, "map", line(mark));
        push({Node::map(place_at(line(mark))), anchor}, line(mark));
    }

    void OnSequenceEnd() override { pop(); }
    void OnMapEnd() override { pop(); }

  private:
    struct Open {
        Node node;
        YAML::anchor_t anchor = 0;
        std::size_t count_before = 0;
        int depth_below = 0;                  // of the deepest child so far
        std::optional<std::string> key = {};  // of a map: the key that waits for its value
        bool key_is_merge = false;
        std::unordered_set<std::string> keys = {};
        std::vector<Node::Entry> merged = {};  // from "<<"
    };
    struct Anchored {
        Node node;
        std::size_t size = 1;
        int depth = 0;
    };

    static int line(const YAML::Mark& mark) { return mark.line + 1; }
    PlacePointer place_at(int line) const { return std::make_shared<Place>(Place{name_, line, false}); }

    void expect_tag(const std::string& tag, std::string_view kind, int line) const {
        if (tag.empty() || tag == "?" || tag == "!" || tag == std::string(kTagPrefix) + std::string(kind)) return;
        refuse(name_, line, fmt::format("the tag '{}' is not allowed here", tag), "plain mappings, lists and values");
    }

    Json typed(const std::string& tag, const std::string& value, int line) const {
        if (tag == "!") return value;
        if (tag == "?" || tag.empty()) {
            if (auto scalar = yaml_scalar(value)) return *std::move(scalar);
            refuse(name_, line, fmt::format("the number '{}' does not fit 64 bits", value),
                   "quote it to keep it as text");
        }
        if (tag == std::string(kTagPrefix) + "str") return value;
        const auto scalar = yaml_scalar(value);
        const std::string kind = tag.starts_with(kTagPrefix) ? tag.substr(kTagPrefix.size()) : tag;
        if (scalar && kind == "null") return nullptr;
        if (scalar && kind == "bool" && scalar->is_boolean()) return *scalar;
        if (scalar && kind == "int" && scalar->is_number_integer()) return *scalar;
        if (scalar && kind == "float" && scalar->is_number()) return scalar->get<double>();
        refuse(name_, line, fmt::format("'{}' cannot carry the tag '{}'", value, tag),
               "!!str, !!int, !!float, !!bool, !!null");
    }

    void push(Open open, int line) {
        if (static_cast<int>(stack_.size()) >= kMaxDepth) too_deep(line);
        open.count_before = count_;
        stack_.push_back(std::move(open));
    }

    [[noreturn]] void too_deep(int line) const {
        refuse(name_, line, "nested too deeply", fmt::format("at most {} levels", kMaxDepth));
    }

    void pop() {
        Open open = std::move(stack_.back());
        stack_.pop_back();
        if (!open.merged.empty()) {
            // Merged entries come first; the map's own entries override them in place.
            Node merged_map = Node::map(open.node.place);
            for (auto& [key, value] : open.merged) merged_map.set(key, std::move(value));
            for (auto& [key, value] : open.node.entries) merged_map.set(key, std::move(value));
            open.node = std::move(merged_map);
        }
        const int at = open.node.place->line;
        const int depth = open.depth_below + 1;
        if (open.anchor != 0) anchors_[open.anchor] = {open.node, count_ - open.count_before + 1, depth};
        finish(std::move(open.node), 0, at, depth);
    }

    void finish(Node node, YAML::anchor_t anchor, int at = 0, int depth = 0, bool merge_word = false) {
        if (at == 0) at = node.place->line;
        if (++count_ > kMaxNodes)
            refuse(name_, at, "too many values after aliases are expanded", fmt::format("at most {}", kMaxNodes));
        if (static_cast<int>(stack_.size()) + depth > kMaxDepth) too_deep(at);
        if (anchor != 0) anchors_[anchor] = {node, 1, depth};
        if (stack_.empty()) {
            root_ = std::move(node);
            has_root_ = true;
            return;
        }
        Open& open = stack_.back();
        open.depth_below = std::max(open.depth_below, depth);
        if (open.node.is_list()) {
            open.node.items.push_back(std::move(node));
        } else if (!open.key) {
            open.key = key_text(node, at);
            open.key_is_merge = merge_word;
            if (!open.keys.insert(*open.key).second && !merge_word)
                refuse(name_, at, fmt::format("the key '{}' occurs twice in one mapping", *open.key), "each key once");
        } else {
            if (open.key_is_merge) merge(open, std::move(node), at);
            else open.node.entries.emplace_back(*std::move(open.key), std::move(node));
            open.key.reset();
        }
    }

    std::string key_text(const Node& node, int line) const {
        if (!node.is_scalar() || node.is_null())
            refuse(name_, line, "a key must be a word or a number", "text, integers, numbers, true and false");
        if (node.scalar.is_string()) return node.text();
        return node.scalar.is_number_float() ? python_float(node.scalar.get<double>()) : json_text(node.scalar);
    }

    // "<<: *base" or "<<: [*first, *second]": earlier ones take precedence.
    void merge(Open& open, Node node, int line) const {
        std::vector<Node> sources;
        if (node.is_list()) sources = std::move(node.items);
        else sources.push_back(std::move(node));
        std::reverse(sources.begin(), sources.end());
        for (Node& source : sources) {
            if (!source.is_map()) refuse(name_, line, "'<<' needs a mapping or a list of mappings");
            for (auto& entry : source.entries) open.merged.push_back(std::move(entry));
        }
    }

    std::string name_;
    std::vector<Open> stack_;
    std::map<YAML::anchor_t, Anchored> anchors_;
    Node root_;
    bool has_root_ = false;
    std::size_t count_ = 0;
};

// The position of the first byte that is not UTF-8 or is a control character; npos if there is none.
std::size_t bad_byte(std::string_view text) {
    const auto control = std::ranges::find_if(text, [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
    });
    const auto before = static_cast<std::size_t>(control - text.begin());
    return first_invalid_utf8(text.substr(0, before)).value_or(before < text.size() ? before : std::string_view::npos);
}

}  // namespace

Result<Node> read_yaml(std::string_view text, const std::string& name) {
    try {
        if (text.size() > kMaxBytes)
            refuse(name, 0, fmt::format("{} bytes are too many", text.size()), fmt::format("at most {}", kMaxBytes));
        if (const std::size_t bad = bad_byte(text); bad != std::string_view::npos) {
            const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(bad), '\n');
            refuse(name, static_cast<int>(line),
                   fmt::format("the byte 0x{:02x} is not text", static_cast<unsigned char>(text[bad])),
                   "UTF-8 without control characters");
        }
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        Builder builder(name);
        parser.HandleNextDocument(builder);
        Builder second(name);
        if (parser.HandleNextDocument(second)) refuse(name, 0, "holds more than one YAML document", "one");
        return builder.take();
    } catch (Refused& refused) {
        return std::move(refused.error);
    } catch (const YAML::Exception& fault) {
        Error error = invalid("'{}' is not YAML", name);
        error.faults.push_back({.file = name, .line = fault.mark.line + 1, .message = fault.msg});
        return error;
    }
}

Result<Node> read_yaml_file(const std::filesystem::path& path) {
    GOETIA_ASSIGN(const std::string text, read_file(path));
    return read_yaml(text, path.string());
}

}  // namespace goetia::config

namespace goetia {

Result<Json> parse_yaml(std::string_view text, const std::string& name) {
    GOETIA_ASSIGN(const config::Node node, config::read_yaml(text, name));
    return node.to_json();
}

}  // namespace goetia
