// The group choices of the command line and of "override" entries, and which of them were used.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/override_grammar.h"
#include "config/repository.h"

namespace goetia::config {

class GroupOverrides {
  public:
    static Result<GroupOverrides> make(const Repository& repository, const std::vector<Override>& overrides);

    [[nodiscard]] const std::vector<DefaultItem>& appended() const { return appended_; }
    [[nodiscard]] const std::map<std::string, std::optional<std::string>>& choices() const { return known_choices_; }

    // Adds an "override db: x" of a defaults list; the command line takes precedence.
    void add_from_list(const DefaultItem& item, const std::string& given_in);
    // Changes the item's option if it is overridden.
    void apply(DefaultItem& item);
    bool apply_deletion(DefaultItem& item);
    Status record_choice(const DefaultItem& item);

    // Fails if an override or deletion matched no entry. A group that only the built-in tree has may be the key of a
    // value.
    Status finish(const Repository& repository, std::vector<Override>& value_overrides);

  private:
    struct Choice {
        bool many = false;
        std::optional<std::string> option;
        std::vector<std::string> options;
        bool used = false;
        std::string given_in;  // empty: the command line
    };
    struct Deletion {
        std::optional<std::string> option;
        bool used = false;
    };

    std::map<std::string, Choice> overrides_;
    std::map<std::string, Deletion> deletions_;
    std::vector<DefaultItem> appended_;
    std::vector<Override> all_;
    std::set<std::size_t> value_numbers_;         // of all_: those of values
    std::map<std::string, std::size_t> numbers_;  // of all_: by override or deletion key
    std::map<std::string, std::optional<std::string>> known_choices_;
    std::map<std::string, std::set<std::string>> known_keys_;  // by group
};

}  // namespace goetia::config
