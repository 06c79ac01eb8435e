#include "config/group_overrides.h"

#include <algorithm>

#include "base/nearest.h"

namespace goetia::config {
namespace {

std::string listed(const std::set<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "'" : ", '") + name + "'";
    return text;
}

// In a user's own tree, "+scheduler=x" adds a value if only the built-in tree has a group 'scheduler' and it has no
// 'x': a built-in group must not take the name away.
bool is_foreign_group(const Repository& repository, const Override& one) {
    if (!repository.only_built_in(one.key) || one.package) return false;
    if (one.type != Override::Type::kAdd || !one.value.is_text()) return one.type == Override::Type::kForceAdd;
    const auto option = one.value.scalar.get<std::string>();
    const auto options = repository.options(one.key);
    return std::find(options.begin(), options.end(), option) == options.end() && nearest_name(option, options).empty();
}

}  // namespace

Result<GroupOverrides> GroupOverrides::make(const Repository& repository, const std::vector<Override>& overrides) {
    GroupOverrides made;
    made.all_ = overrides;
    for (std::size_t i = 0; i < overrides.size(); ++i) {
        const Override& one = overrides[i];
        const Value& value = one.value;
        if (value.kind == Value::Kind::kMap || !repository.has_group(one.key) || is_foreign_group(repository, one)) {
            made.value_numbers_.insert(i);
            continue;
        }
        const std::string key = one.package ? one.key + "@" + *one.package : one.key;
        if (one.type == Override::Type::kForceAdd)
            return invalid(
                "override '{}': '++' cannot be used with the group '{}'; use '+' to add it or nothing to change it",
                one.line, one.key);
        if (one.type == Override::Type::kDelete) {
            if (one.has_value && !value.is_text())
                return invalid("override '{}': the option to delete must be text", one.line);
            made.deletions_[key] = {one.has_value ? std::optional(value.scalar.get<std::string>()) : std::nullopt,
                                    false};
            made.numbers_["~" + key] = i;
            continue;
        }
        DefaultItem item{.is_group = true, .name = one.key, .package = one.package, .from_command_line = true};
        item.place = std::make_shared<Place>(Place{one.line, 0, true});
        if (item.package == "_here_") item.package = "";
        if (value.kind == Value::Kind::kList) {
            item.many = true;
            for (const Value& option : value.items) {
                if (!option.is_text())
                    return invalid("override '{}': the options of group '{}' must be text", one.line, one.key);
                item.choices.push_back(option.scalar.get<std::string>());
            }
        } else if (value.is_text()) {
            item.choice = value.scalar.get<std::string>();
        } else if (repository.only_built_in(one.key)) {
            made.value_numbers_.insert(i);
            continue;
        } else {
            return invalid("override '{}': '{}' is a group, its option must be text or a list of texts", one.line,
                           one.key);
        }
        if (one.type == Override::Type::kAdd) {
            made.appended_.push_back(std::move(item));
        } else {
            made.overrides_[key] = {item.many, item.choice, item.choices, false, {}};
            made.numbers_[key] = i;
        }
    }
    return made;
}

void GroupOverrides::add_from_list(const DefaultItem& item, const std::string& given_in) {
    overrides_.try_emplace(item.override_key(), Choice{item.many, item.choice, item.choices, false, given_in});
}

void GroupOverrides::apply(DefaultItem& item) {
    if (!item.is_group) return;
    const auto found = overrides_.find(item.override_key());
    if (found == overrides_.end()) return;
    found->second.used = true;
    item.many = found->second.many;
    item.choice = found->second.option;
    item.choices = found->second.options;
}

bool GroupOverrides::apply_deletion(DefaultItem& item) {
    if (!item.is_group) return false;
    const auto found = deletions_.find(item.override_key());
    if (found == deletions_.end() || (found->second.option && found->second.option != item.option())) return false;
    item.deleted = true;
    return found->second.used = true;
}

Status GroupOverrides::record_choice(const DefaultItem& item) {
    if (!item.is_group) return {};
    const std::string key = item.override_key();
    const auto [known, is_new] = known_choices_.try_emplace(key, item.option());
    if (!is_new && known->second != item.option()) {
        return invalid(
            "the group '{}' is given twice, as '{}' and as '{}'; to change it write 'override {}: {}' in the defaults "
            "list, or '{}={}' on the command line",
            key, known->second.value_or("null"), item.option().value_or("null"), key, item.option().value_or("null"),
            key, item.option().value_or("null"));
    }
    known_keys_[item.group_path()].insert(key);
    return {};
}

Status GroupOverrides::finish(const Repository& repository, std::vector<Override>& value_overrides) {
    for (const auto& [key, choice] : overrides_) {
        if (choice.used) continue;
        const std::string group = key.substr(0, key.find('@'));
        if (choice.given_in.empty() && key == group && repository.only_built_in(group)) {
            value_numbers_.insert(numbers_[key]);
            continue;
        }
        const auto& near = known_keys_[group];
        const std::string where = choice.given_in.empty() ? fmt::format("override '{}'", all_[numbers_[key]].line)
                                                          : fmt::format("'override {}' in '{}'", key, choice.given_in);
        return invalid("{}: no defaults list has the group '{}'{}{}", where, key,
                       near.empty() ? "" : "; did you mean " + listed(near) + "?",
                       choice.given_in.empty() ? fmt::format("; to add it write '+{}'", all_[numbers_[key]].line) : "");
    }
    for (const auto& [key, deletion] : deletions_) {
        if (deletion.used) continue;
        const std::size_t number = numbers_["~" + key];
        if (!repository.only_built_in(all_[number].key))
            return invalid("override '{}': no defaults list has the group '{}'{} to delete", all_[number].line, key,
                           deletion.option ? fmt::format(" as '{}'", *deletion.option) : "");
        value_numbers_.insert(number);
    }
    for (const std::size_t number : value_numbers_) value_overrides.push_back(all_[number]);
    return {};
}

}  // namespace goetia::config
