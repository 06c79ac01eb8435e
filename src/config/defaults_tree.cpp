#include "config/defaults_tree.h"

#include <memory>
#include <set>

#include "base/nearest.h"
#include "config/group_overrides.h"
#include "config/interpolation.h"

namespace goetia::config {
namespace {

constexpr int kMaxNesting = 64;

struct TreeNode {
    DefaultItem item;
    std::vector<std::unique_ptr<TreeNode>> children;
};

class Expander {
  public:
    Expander(Repository& repository, GroupOverrides& groups) : repository_(repository), groups_(groups) {}

    // Fills the children of `node` from its config's defaults list.
    Status expand(TreeNode& node, const DefaultItem* parent, bool in_reference) {
        if (++depth_ > kMaxNesting)
            return invalid("'{}': defaults lists are nested more than {} deep; does one name itself?",
                           node.item.config_path(), kMaxNesting);
        Status done = expand_inside(node, parent, in_reference);
        --depth_;
        return done;
    }

  private:
    Status expand_inside(TreeNode& node, const DefaultItem* parent, bool in_reference) {
        DefaultItem& item = node.item;
        std::shared_ptr<const LoadedConfig> config;
        if (item.option() && !item.is_missing()) {
            GOETIA_ASSIGN(config, repository_.load(item.config_path()));
            if (config) item.set_header(config->package_header);
        }
        if (groups_.apply_deletion(item)) return {};
        GOETIA_TRY(groups_.record_choice(item));
        if (!item.option()) return {};
        if (item.is_missing()) return missing_option(item);
        if (!config) {
            if (item.optional) return item.deleted = true, Status();
            return not_there(item, parent);
        }
        std::vector<DefaultItem> list = config->defaults;
        if (!list.empty() || (item.primary && !groups_.appended().empty())) add_self(list);
        if (item.primary) list.insert(list.end(), groups_.appended().begin(), groups_.appended().end());
        GOETIA_TRY(read_override_entries(list, item, in_reference));

        // From the last to the first, as Hydra does: the first option recorded for a group counts.
        for (auto entry = list.rbegin(); entry != list.rend(); ++entry) {
            if (!entry->overrides) GOETIA_TRY(add_child(node, *entry, in_reference));
        }
        GOETIA_TRY(follow_references(node, list));
        std::reverse(node.children.begin(), node.children.end());
        return {};
    }

    // Without "_self_" the config's own content comes last.
    static void add_self(std::vector<DefaultItem>& list) {
        bool has_self = false, has_entry = false;
        for (const DefaultItem& entry : list) {
            has_self = has_self || entry.is_self();
            has_entry = has_entry || !entry.overrides;
        }
        if ((!has_self && has_entry) || list.empty()) list.push_back(DefaultItem{.name = "_self_"});
    }

    Status read_override_entries(std::vector<DefaultItem>& list, const DefaultItem& parent, bool in_reference) {
        const DefaultItem* last = nullptr;
        for (DefaultItem& entry : list) {
            if (entry.is_self()) continue;
            entry.set_parent(parent.group_path(), parent.final_package());
            if (last != nullptr && !entry.overrides && !entry.from_command_line) {
                return invalid(
                    "'{}': 'override {}' comes before '{}'; overrides belong at the end of the defaults list",
                    parent.config_path(), last->override_key(), entry.config_path());
            }
            if (!entry.overrides) continue;
            last = &entry;
            if (in_reference)
                return invalid("'{}': 'override {}' is not allowed below a group that is chosen by a reference",
                               parent.config_path(), entry.override_key());
            groups_.add_from_list(entry, parent.config_path());
        }
        return {};
    }

    Status add_child(TreeNode& node, DefaultItem entry, bool in_reference) {
        const DefaultItem& parent = node.item;
        if (entry.is_self()) {
            node.children.push_back(std::make_unique<TreeNode>(TreeNode{std::move(entry), {}}));
            return {};
        }
        groups_.apply(entry);
        if (entry.is_group && entry.many) {
            for (auto option = entry.choices.rbegin(); option != entry.choices.rend(); ++option) {
                if (option->find("${") != std::string::npos)
                    return invalid("'{}': a list of options must not contain references, found '{}'",
                                   parent.config_path(), *option);
                DefaultItem one{.name = entry.name + "/" + *option,
                                .package = entry.package,
                                .optional = entry.optional,
                                .place = entry.place};
                one.set_parent(parent.group_path(), parent.final_package());
                GOETIA_TRY(add_subtree(node, std::move(one), in_reference));
            }
            return {};
        }
        if (entry.is_reference()) {
            node.children.push_back(std::make_unique<TreeNode>(TreeNode{std::move(entry), {}}));
            return {};
        }
        return add_subtree(node, std::move(entry), in_reference);
    }

    Status add_subtree(TreeNode& node, DefaultItem entry, bool in_reference) {
        auto child = std::make_unique<TreeNode>(TreeNode{std::move(entry), {}});
        GOETIA_TRY(expand(*child, &node.item, in_reference));
        node.children.push_back(std::move(child));
        return {};
    }

    // An option such as "db: ${engine}" is chosen after all other groups.
    Status follow_references(TreeNode& node, const std::vector<DefaultItem>& list) {
        std::optional<Node> choices;
        for (const auto& child : node.children) {
            DefaultItem& item = child->item;
            if (item.is_self() || !item.is_reference()) continue;
            if (!choices) choices = known_choices(list);
            const std::string text = item.is_group ? *item.choice : item.config_path();
            auto resolved = resolve_text(text, *choices);
            if (!resolved)
                return std::move(resolved).error().within(
                    fmt::format("'{}': defaults list entry '{}'", node.item.config_path(), text));
            if (!resolved->is_string())
                return invalid("'{}': defaults list entry '{}' must lead to text, found {}", node.item.config_path(),
                               text, resolved->dump());
            if (item.is_group) {
                item.choice = resolved->get<std::string>();
            } else {
                item.name = "/" + resolved->get<std::string>();
            }
            GOETIA_TRY(expand(*child, &node.item, true));
        }
        return {};
    }

    [[nodiscard]] Node known_choices(const std::vector<DefaultItem>& list) const {
        Node choices = Node::map();
        for (const auto& [key, option] : groups_.choices())
            choices.set(key, Node::value(option ? Json(*option) : Json(nullptr)));
        Node defaults = Node::list();
        for (const DefaultItem& item : list) {
            if (item.is_self()) continue;
            if (!item.is_group) {
                defaults.items.push_back(Node::value(item.config_path()));
                continue;
            }
            Node one = Node::map();
            one.set(item.override_key(), Node::value(item.choice ? Json(*item.choice) : Json(nullptr)));
            defaults.items.push_back(std::move(one));
        }
        choices.set("defaults", std::move(defaults));
        return choices;
    }

    [[nodiscard]] std::string options_text(const DefaultItem& item) const {
        std::string text;
        for (const std::string& option : repository_.options(item.group_path()))
            text += (text.empty() ? "" : ", ") + option;
        return text.empty() ? "none" : text;
    }

    [[nodiscard]] Error missing_option(const DefaultItem& item) const {
        if (!item.is_group) return invalid("a config's name may not be '?\?\?'");
        return invalid("the group '{}' needs an option: write {}=OPTION; options: {}", item.override_key(),
                       item.override_key(), options_text(item));
    }

    [[nodiscard]] Error not_there(const DefaultItem& item, const DefaultItem* parent) const {
        const std::string from = parent != nullptr ? fmt::format("'{}': ", parent->config_path()) : "";
        if (item.is_group) {
            const std::string near = nearest_name(item.choice.value_or(""), repository_.options(item.group_path()));
            return not_found("{}the group '{}' has no option '{}'{}; options: {}; looked in {}", from,
                             item.group_path(), item.choice.value_or("null"),
                             near.empty() ? "" : fmt::format(", did you mean '{}'?", near), options_text(item),
                             repository_.places_text());
        }
        return not_found("{}there is no config '{}.yaml'; looked in {}{}", from, item.config_path(),
                         repository_.places_text(), template_hint(item.config_path()));
    }

    Repository& repository_;
    GroupOverrides& groups_;
    int depth_ = 0;
};

Status flatten(const TreeNode& node, const TreeNode* parent, std::set<std::string>& keys,
               std::vector<MergeStep>& steps) {
    if (!node.children.empty()) {
        for (const auto& child : node.children) GOETIA_TRY(flatten(*child, &node, keys, steps));
        return {};
    }
    const DefaultItem& item = node.item;
    if (item.is_self()) {
        steps.push_back({parent->item.config_path(), parent->item.final_package()});
        return {};
    }
    if (item.deleted || item.is_missing() || !item.option()) return {};
    if (item.is_group && !keys.insert(item.override_key()).second) {
        return invalid(
            "the group '{}' occurs twice in the final defaults list; give one of them another package with '@'",
            item.override_key());
    }
    steps.push_back({item.config_path(), item.final_package()});
    return {};
}

}  // namespace

Result<DefaultsResult> expand_defaults(Repository& repository, const std::vector<Override>& overrides) {
    GOETIA_ASSIGN(GroupOverrides groups, GroupOverrides::make(repository, overrides));
    TreeNode root{DefaultItem{.name = repository.primary(), .primary = true}, {}};
    Expander expander(repository, groups);
    GOETIA_TRY(expander.expand(root, nullptr, false));
    DefaultsResult result;
    std::set<std::string> keys;
    GOETIA_TRY(flatten(root, nullptr, keys, result.steps));
    GOETIA_TRY(groups.finish(repository, result.value_overrides));
    result.choices = groups.choices();
    return result;
}

}  // namespace goetia::config
