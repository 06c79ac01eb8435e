// A name within an archive and, after a line break, the target of a link of that name.
#include <algorithm>

#include "archive/entry_path.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using goetia::fuzz::expect;
    const std::string_view all = goetia::fuzz::text_of(data, size), name = all.substr(0, all.find('\n'));
    const auto place = goetia::entry_path(name);
    if (!place) return 0;
    expect(place->is_relative() &&
           std::none_of(place->begin(), place->end(), [](const auto& part) { return part == ".." || part == "."; }));
    if (name.size() == all.size()) return 0;
    const std::string_view target = all.substr(name.size() + 1);
    if (!goetia::link_stays_inside(*place, target)) return 0;
    const auto end = ("/top" / place->parent_path() / std::filesystem::path(target)).lexically_normal();
    expect(end.native().starts_with("/top"));
    return 0;
}
