#include "config/interpolation_walk.h"

#include <algorithm>
#include <cstdlib>

#include "base/nearest.h"

namespace goetia::config {
namespace {

constexpr std::size_t kMaxChain = 128;
constexpr std::uint64_t kMaxReferences = 50'000;
constexpr std::uint64_t kMaxValues = 1'000'000;

Path parent_of(Path path) {
    if (!path.empty()) path.pop_back();
    return path;
}

// Escapes a text that would otherwise be read as a reference.
Json as_written(Json value) {
    if (value.is_structured()) {
        for (Json& item : value) item = as_written(std::move(item));
        return value;
    }
    if (!value.is_string()) return value;
    const std::string& text = value.get_ref<const std::string&>();
    std::string escaped;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find_first_not_of('\\', at), text.size());
        const bool before_reference = text.compare(end, 2, "${") == 0;
        escaped += std::string(before_reference ? 2 * (end - at) + 1 : end - at, '\\');
        at = end;
        if (before_reference) escaped += "${", at += 2;
        else if (at < text.size()) escaped += text[at++];
    }
    return escaped;
}

bool starts_with(const Path& path, const Path& prefix) {
    return prefix.size() <= path.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
}

// The form of original 000: "${OPENAI_API_KEY}".
bool is_environment_word(const std::string& key) {
    return key.size() > 1 && key[0] >= 'A' && key[0] <= 'Z' &&
           key.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string::npos;
}

}  // namespace

Target Evaluator::made(Json value) { return {&made_.emplace_back(Node::from_json(value, nullptr)), {}}; }

Status Evaluator::count_reference() {
    if (++references_ > kMaxReferences) return invalid("there are more than {} references", kMaxReferences);
    return {};
}

std::string Evaluator::chain() const {
    std::string text;
    for (const std::string& name : following_names_) text += (text.empty() ? "'" : " -> '") + name + "'";
    return text;
}

Result<Target> Evaluator::follow(const Node& node, const Path& path) {
    if (!node.is_interpolation() || path.empty()) return Target{&node, path};
    return evaluate(node.text(), path);
}

Result<Target> Evaluator::evaluate(const std::string& written, const Path& path) {
    const Node* node = &root_;
    for (const std::string& step : path) node = node == nullptr ? nullptr : node->child(step);
    const std::string name = join_path(path, root_);
    if (node != nullptr && std::find(following_.begin(), following_.end(), node) != following_.end()) {
        return invalid("the references form a cycle: {} -> '{}'", chain(), name);
    }
    if (following_.size() >= kMaxChain) return invalid("the chain of references is longer than {}", kMaxChain);
    following_.push_back(node);
    following_names_.push_back(name);
    const int depth = depth_;
    auto target = text(written, path);
    depth_ = depth;
    following_.pop_back();
    following_names_.pop_back();
    return target;
}

// Resolves "a.b" from the root and ".a" from the container of the reference; each further dot goes up one container.
Result<Target> Evaluator::select(const std::string& key, const Path& path, bool strict) {
    const std::size_t dots = std::min(key.find_first_not_of('.'), key.size());
    Path at;
    if (dots > 0) {
        at = parent_of(path);
        for (std::size_t up = 1; up < dots; ++up) {
            if (at.empty()) return invalid("'${{{}}}' goes above the document's root", key);
            at.pop_back();
        }
    }
    const Node* node = &root_;
    for (const std::string& step : at) node = node->child(step);
    const Path steps = dots == key.size() ? Path{} : split_path(std::string_view(key).substr(dots));
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (node->is_scalar()) {
            if (node->is_missing() || !strict) return Target{};
            return invalid("'{}' is a plain value and has no '{}'{}", join_path(at, root_), steps[i],
                           following_names_.empty() ? "" : "; the chain is " + chain());
        }
        const Node* child = node->child(steps[i]);
        if (child == nullptr) return Target{nullptr, at};
        at.push_back(steps[i]);
        GOETIA_ASSIGN(Target next, follow(*child, at));
        node = next.node;
        at = std::move(next.path);
    }
    return Target{node, at};
}

Result<Target> Evaluator::look_up(const std::string& key, const Path& path) {
    GOETIA_ASSIGN(Target target, select(key, path, true));
    if (target.node == nullptr) {
        if (is_environment_word(key)) return from_environment_word(key);
        const std::string last = split_path(key).back();
        const Node* holder = &root_;
        for (const std::string& step : target.path) holder = holder == nullptr ? nullptr : holder->child(step);
        const std::string near = holder == nullptr ? "" : nearest_name(last, holder->keys());
        return not_found("there is no '{}'{}{}", key, near.empty() ? "" : fmt::format(", did you mean '{}'?", near),
                         following_names_.empty() ? "" : fmt::format("; the chain is {} -> '{}'", chain(), key));
    }
    if (target.node->is_missing())
        return invalid("'{}' has no value yet ('?\?\?'); the chain is {} -> '{}'", key, chain(), key);
    const bool is_document = target.node == &root_ || !target.path.empty();
    if (is_document && !target.node->is_scalar() && starts_with(parent_of(path), target.path)) {
        return invalid("'${{{}}}' refers to the container it is in", key);
    }
    return target;
}

Status Evaluator::check_environment() const {
    if (run_ == nullptr || run_->has_environment) return {};
    return make_error(
        Code::kDenied,
        "a configuration that is sent to another machine cannot refer to its environment; write the value");
}

Result<Target> Evaluator::from_environment_word(const std::string& name) {
    GOETIA_TRY(check_environment());
    if (const char* value = std::getenv(name.c_str())) {
        ++environment_reads_;
        notices.insert(fmt::format(
            "'${{{}}}' is not a key of the config; it is taken from the environment (write ${{oc.env:{}}} to say so)",
            name, name));
        return made(Json(value));
    }
    notices.insert(
        fmt::format("'${{{}}}' is not a key of the config and not set in the environment; it stays as written", name));
    return made(Json("${" + name + "}"));
}

Result<Json> Evaluator::materialise(const Target& target, const std::string& out) {
    return materialise_inside(target, out, nullptr);
}

Result<Json> Evaluator::materialise_inside(const Target& target, const std::string& out, std::vector<Fault>* faults) {
    if (++values_ > kMaxValues) return invalid("references expand the document beyond {} values", kMaxValues);
    const Node& node = *target.node;
    if (node.is_scalar()) return node.scalar;
    if (std::find(opened_.begin(), opened_.end(), &node) != opened_.end()) {
        return invalid("the references form a cycle: '{}' contains itself", join_path(target.path, root_));
    }
    if (opened_.size() >= kMaxChain) return invalid("the references nest more than {} deep", kMaxChain);
    opened_.push_back(&node);
    Json into = node.is_map() ? Json::object() : Json::array();
    const Status done = children(target, out, into, faults);
    opened_.pop_back();
    GOETIA_TRY(done);
    return into;
}

Status Evaluator::children(const Target& target, const std::string& out, Json& into, std::vector<Fault>* faults) {
    const Node& node = *target.node;
    const bool in_document = &node == &root_ || !target.path.empty();
    const auto one = [&](const std::string& key, const Node& child) -> Result<Json> {
        const std::string at = below(out, key, node.is_list());
        Path path = target.path;
        path.push_back(key);
        const std::uint64_t reads = environment_reads_;
        GOETIA_ASSIGN(const Target next, in_document ? follow(child, path) : Result<Target>(Target{&child, {}}));
        if (next.node->is_scalar() && environment_reads_ != reads) from_environment.insert(at);
        return materialise_inside(next, at, faults);
    };
    const auto keep = [&](const std::string& key, const Node& child, Json* place) -> Status {
        auto value = one(key, child);
        if (value) {
            *place = *std::move(value);
            return {};
        }
        if (faults == nullptr) return std::move(value).error();
        Fault fault{.path = below(out, key, node.is_list()),
                    .message = std::move(value).error().message,
                    .found = child.is_text() ? child.text() : ""};
        if (child.place) fault.file = child.place->file, fault.line = child.place->line;
        faults->push_back(std::move(fault));
        return {};
    };
    for (const auto& [key, child] : node.entries) GOETIA_TRY(keep(key, child, &into[key]));
    for (std::size_t i = 0; i < node.items.size(); ++i)
        GOETIA_TRY(keep(std::to_string(i), node.items[i], &into.emplace_back()));
    return {};
}

Json Evaluator::materialise_root(std::vector<Fault>& faults) {
    auto document = materialise_inside({&root_, {}}, "", &faults);
    if (document) return *std::move(document);
    faults.push_back({.message = std::move(document).error().message});
    return Json::object();
}

std::vector<std::pair<Path, Json>> Evaluator::fixed_texts(std::vector<Fault>& faults) {
    std::vector<std::pair<Path, Json>> fixed;
    for (const Path& path : std::set<Path>(of_the_run_)) {
        const Node* node = &root_;
        for (const std::string& step : path) node = node->child(step);
        const std::uint64_t reads = environment_reads_;
        const auto target = follow(*node, path);
        auto value = target ? materialise(*target, "") : Result<Json>(target.error());
        if (value && environment_reads_ == reads) {
            fixed.emplace_back(path, as_written(*std::move(value)));
            continue;
        }
        Fault fault{.path = join_path(path, root_),
                    .message = value ? "one text cannot hold both the environment, which is never written down, and "
                                       "${now:...} or ${hydra:...}, which a run fixes; give the latter a key of its "
                                       "own and refer to it"
                                     : value.error().message,
                    .found = node->text()};
        if (node->place) fault.file = node->place->file, fault.line = node->place->line;
        faults.push_back(std::move(fault));
    }
    return fixed;
}

Result<Resolved> resolve(const Node& root, const RunValues& run) {
    Evaluator evaluator(root, &run);
    Resolved resolved;
    std::vector<Fault> faults;
    resolved.document = evaluator.materialise_root(faults);
    if (faults.empty()) resolved.fixed = evaluator.fixed_texts(faults);
    if (!faults.empty()) {
        Error error = invalid("{} of the config cannot be resolved",
                              faults.size() == 1 ? "a reference" : fmt::format("{} references", faults.size()));
        error.faults = std::move(faults);
        return error;
    }
    resolved.from_environment = std::move(evaluator.from_environment);
    resolved.notices.assign(evaluator.notices.begin(), evaluator.notices.end());
    return resolved;
}

Result<Json> resolve_text(const std::string& text, const Node& root) {
    Evaluator evaluator(root);
    GOETIA_ASSIGN(const Target target, evaluator.evaluate(text, {}));
    return evaluator.materialise(target, "");
}

Result<bool> holds_value(const Node& root, const std::string& key) {
    Evaluator evaluator(root);
    GOETIA_ASSIGN(const Target target, evaluator.find(key));
    return target.node != nullptr && !target.node->is_null() && !target.node->is_missing();
}

const Node* referenced_container(const Node& root, const Path& path) {
    const Node* node = &root;
    for (const std::string& step : path) node = node == nullptr ? nullptr : node->child(step);
    if (node == nullptr || !node->is_interpolation()) return nullptr;
    Evaluator evaluator(root);
    const auto target = evaluator.follow(*node, path);
    const bool in_document = target && (target->node == &root || !target->path.empty());
    return in_document && !target->node->is_scalar() ? target->node : nullptr;
}

}  // namespace goetia::config
