#include "datasets/mini.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <numeric>

#include "base/random.h"
#include "imaging/decode/mask.h"

namespace goetia {
namespace {

constexpr int kTenths = 10;

// The mask values that are classes; others are ignored.
Result<std::vector<std::int64_t>> classes_in_mask(const std::filesystem::path& file, std::size_t count) {
    GOETIA_ASSIGN(const Image mask, read_mask(file));
    std::array<bool, 256> seen{};
    for (const std::uint8_t value : mask.pixels) seen[value] = true;
    std::vector<std::int64_t> classes;
    for (std::size_t value = 0; value < std::min(count, seen.size()); ++value) {
        if (seen[value]) classes.push_back(static_cast<std::int64_t>(value));
    }
    return classes;
}

// The stratum of an image: its rarest class, or the tenth of the range of its first target; -1 without either.
std::vector<std::int64_t> strata(const AnnotatedSet& set, const std::vector<std::vector<std::int64_t>>& classes_of) {
    std::map<std::int64_t, std::int64_t> images_of_class;
    double least = std::numeric_limits<double>::infinity(), most = -least;
    for (const auto& classes : classes_of) {
        for (const std::int64_t label : classes) ++images_of_class[label];
    }
    for (const AnnotatedImage& image : set.images) {
        if (image.values.empty()) continue;
        least = std::min(least, image.values[0]), most = std::max(most, image.values[0]);
    }
    std::vector<std::int64_t> list;
    for (std::size_t i = 0; i < set.images.size(); ++i) {
        const AnnotatedImage& image = set.images[i];
        std::int64_t stratum = -1;
        for (const std::int64_t label : classes_of[i]) {
            if (stratum < 0 || images_of_class[label] < images_of_class[stratum]) stratum = label;
        }
        if (!image.values.empty() && most > least) {
            stratum = std::min<std::int64_t>(
                kTenths - 1, static_cast<std::int64_t>((image.values[0] - least) / (most - least) * kTenths));
        }
        list.push_back(stratum);
    }
    return list;
}

}  // namespace

std::vector<std::int64_t> allot(std::int64_t count, const std::vector<std::int64_t>& sizes) {
    const std::int64_t all = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0});
    count = std::min(count, all);
    std::vector<std::int64_t> given(sizes.size());
    if (count <= 0) return given;
    // How much each part still lacks; earlier parts win ties.
    const auto lack = [&](std::size_t i) {
        if (given[i] == sizes[i]) return -std::numeric_limits<double>::infinity();
        const double due = static_cast<double>(count) * static_cast<double>(sizes[i]) / static_cast<double>(all);
        return given[i] == 0 ? static_cast<double>(count) + due : due - static_cast<double>(given[i]);
    };
    // Assign the bulk at once, then the last few of each part one by one, so that empty parts come first.
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const double due = static_cast<double>(count) * static_cast<double>(sizes[i]) / static_cast<double>(all);
        given[i] = std::max<std::int64_t>(0, static_cast<std::int64_t>(due) - std::ssize(sizes));
    }
    std::int64_t left = count - std::accumulate(given.begin(), given.end(), std::int64_t{0});
    for (; left > 0; --left) {
        std::size_t most_lacking = 0;
        for (std::size_t i = 1; i < sizes.size(); ++i) {
            if (lack(i) > lack(most_lacking)) most_lacking = i;
        }
        ++given[most_lacking];
    }
    return given;
}

Result<std::vector<std::vector<std::int64_t>>> classes_per_image(const AnnotatedSet& set,
                                                                 const ParallelOptions& options) {
    std::vector<std::vector<std::int64_t>> classes_of(set.images.size());
    GOETIA_TRY(parallel_for(std::ssize(set.images), options, [&](std::int64_t number) -> Status {
        const auto i = static_cast<std::size_t>(number);
        const AnnotatedImage& image = set.images[i];
        if (image.mask.empty()) {
            classes_of[i] = labels_of(set, image);
        } else {
            GOETIA_ASSIGN(classes_of[i], classes_in_mask(image.mask, set.classes.size()));
        }
        return {};
    }));
    return classes_of;
}

std::vector<std::size_t> select_mini(const AnnotatedSet& set, const std::vector<std::vector<std::int64_t>>& classes_of,
                                     std::int64_t count, std::uint64_t seed) {
    std::map<std::int64_t, std::vector<std::int64_t>> groups;
    const std::vector<std::int64_t> stratum_of = strata(set, classes_of);
    for (std::size_t i = 0; i < stratum_of.size(); ++i) groups[stratum_of[i]].push_back(static_cast<std::int64_t>(i));
    std::vector<std::int64_t> sizes;
    for (const auto& [stratum, images] : groups) sizes.push_back(std::ssize(images));
    const std::vector<std::int64_t> given = allot(count, sizes);
    std::vector<std::size_t> picked;
    std::size_t group = 0;
    for (auto& [stratum, images] : groups) {
        Random random({.seed = seed, .sample = group, .purpose = purpose("dataset.mini")});
        random.shuffle(images);
        for (std::int64_t i = 0; i < given[group]; ++i)
            picked.push_back(static_cast<std::size_t>(images[static_cast<std::size_t>(i)]));
        ++group;
    }
    std::sort(picked.begin(), picked.end());
    return picked;
}

AnnotatedSet subset(const AnnotatedSet& set, const std::vector<std::size_t>& images) {
    AnnotatedSet mini = set;
    mini.images.clear();
    for (const std::size_t i : images) mini.images.push_back(set.images[i]);
    return mini;
}

}  // namespace goetia
