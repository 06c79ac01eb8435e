#include "master/experiments/experiment_change.h"

#include <algorithm>

#include "base/json.h"
#include "base/json_text.h"
#include "protocol/names.h"

namespace goetia {
namespace {

// On one line, so that it can be shown in a table.
bool is_label(const std::string& text, std::size_t longest) {
    return !text.empty() && text.size() <= longest && is_plain_text(text) &&
           text.find_first_of("\r\n\t") == std::string::npos;
}

}  // namespace

Status check_change(const ExperimentChange& change) {
    Error wrong{Code::kInvalid, "the change has faults", {}};
    if (change.name && !is_label(*change.name, kLongestExperimentName))
        wrong.faults.push_back({.path = "name",
                                .message = "is not a name",
                                .found = fmt::format("{} bytes", change.name->size()),
                                .allowed = fmt::format("one line of 1 to {} bytes", kLongestExperimentName)});
    if (change.notes && (change.notes->size() > kLongestNotes || !is_plain_text(*change.notes)))
        wrong.faults.push_back({.path = "notes",
                                .message = "are not plain text, or too long",
                                .found = fmt::format("{} bytes", change.notes->size()),
                                .allowed = fmt::format("at most {} bytes without control characters", kLongestNotes)});
    if (change.tags && change.tags->size() > kMostTags)
        wrong.faults.push_back({.path = "tags",
                                .message = "are too many",
                                .found = fmt::format("{}", change.tags->size()),
                                .allowed = fmt::format("at most {}", kMostTags)});
    for (std::size_t i = 0; change.tags && i < change.tags->size(); ++i) {
        if (is_label((*change.tags)[i], kLongestTag)) continue;
        wrong.faults.push_back({.path = fmt::format("tags[{}]", i),
                                .message = "is not a tag",
                                .found = fmt::format("{} bytes", (*change.tags)[i].size()),
                                .allowed = fmt::format("one line of 1 to {} bytes", kLongestTag)});
    }
    return wrong.faults.empty() ? Status() : Status(std::move(wrong));
}

std::string apply_change(const ExperimentChange& change, ExperimentRow& row) {
    std::string words;
    const auto take = [&](const char* word, auto& held, const auto& wanted) {
        if (held == wanted) return;
        held = wanted;
        words += (words.empty() ? "" : ", ") + std::string(word);
    };
    if (change.name) take("name", row.name, *change.name);
    if (change.notes) take("notes", row.notes, *change.notes);
    if (change.archived) take("archived", row.archived, *change.archived);
    if (change.tags) {
        std::vector<std::string> tags;  // each once
        for (const std::string& tag : *change.tags)
            if (std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
        take("tags", row.tags, json_text(Json(tags)));
    }
    return words;
}

}  // namespace goetia
