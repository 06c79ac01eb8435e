#include "metrics/matched_images.h"

#include <algorithm>

namespace goetia {

std::int64_t MatchedImages::number_of(const Truth& truth, std::size_t row) {
    return truth.samples.empty() ? unnumbered_++ : truth.samples[row];
}

void MatchedImages::add(std::int64_t number, std::int64_t label, Matched matched) {
    entries_.push_back({number, label, std::move(matched)});
}

void MatchedImages::clear() { entries_.clear(), unnumbered_ = 0; }

// How many images had no number; then for each entry its number, label, truths by area range, the count of its objects,
// and their scores and bits (40 at most, which a double holds exactly).
std::vector<double> MatchedImages::state() const {
    std::vector<double> state{static_cast<double>(unnumbered_)};
    for (const auto& [number, label, matched] : entries_) {
        state.insert(state.end(), {static_cast<double>(number), static_cast<double>(label)});
        state.insert(state.end(), matched.truths.begin(), matched.truths.end());
        state.push_back(static_cast<double>(matched.objects.size()));
        for (const MatchedObject& one : matched.objects)
            state.insert(state.end(), {one.score, static_cast<double>(one.matched), static_cast<double>(one.ignored)});
    }
    return state;
}

void MatchedImages::append(std::span<const double> state, std::int64_t offset) {
    std::size_t at = 1;
    const auto next = [&] { return state[at++]; };
    while (at < state.size()) {
        Entry entry{.number = static_cast<std::int64_t>(next()) + offset, .label = static_cast<std::int64_t>(next())};
        for (std::int64_t& truths : entry.matched.truths) truths = static_cast<std::int64_t>(next());
        entry.matched.objects.resize(static_cast<std::size_t>(next()));
        for (std::size_t i = 0; i < entry.matched.objects.size(); ++i) {
            MatchedObject& one = entry.matched.objects[i];
            one.score = next();
            one.matched = static_cast<std::uint64_t>(next());
            one.ignored = static_cast<std::uint64_t>(next());
            one.place = static_cast<std::int64_t>(i);
        }
        entries_.push_back(std::move(entry));
    }
}

void MatchedImages::join(std::span<const std::span<const double>> ranks) {
    clear();
    for (const std::span<const double> state : ranks) {
        append(state, unnumbered_);
        unnumbered_ += static_cast<std::int64_t>(state[0]);
    }
}

std::vector<Matched> MatchedImages::by_class(std::int64_t classes) const {
    std::vector<const Entry*> ordered;
    for (const Entry& entry : entries_) ordered.push_back(&entry);
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const Entry* a, const Entry* b) { return a->number < b->number; });
    std::vector<Matched> all(static_cast<std::size_t>(classes));
    for (const Entry* entry : ordered) {
        if (entry->label >= 0 && entry->label < classes)
            all[static_cast<std::size_t>(entry->label)].add(entry->matched);
    }
    return all;
}

}  // namespace goetia
