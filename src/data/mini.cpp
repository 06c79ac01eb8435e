#include "data/mini.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

#include "base/random.h"

namespace goetia {
namespace {

constexpr int kTenths = 10;

// The classes that each image shows, each once.
std::vector<std::int64_t> classes_in(const AnnotatedImage& image) {
    std::vector<std::int64_t> classes;
    if (image.label >= 0) classes.push_back(image.label);
    for (const Instance& instance : image.instances) classes.push_back(instance.label);
    std::sort(classes.begin(), classes.end());
    classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
    return classes;
}

// What an image counts for: its rarest class, or its tenth of the first target's range; -1 without either.
std::vector<std::int64_t> strata(const AnnotatedSet& set) {
    std::map<std::int64_t, std::int64_t> images_of_class;
    double least = std::numeric_limits<double>::infinity(), most = -least;
    for (const AnnotatedImage& image : set.images) {
        for (const std::int64_t label : classes_in(image)) ++images_of_class[label];
        if (image.values.empty()) continue;
        least = std::min(least, image.values[0]), most = std::max(most, image.values[0]);
    }
    std::vector<std::int64_t> list;
    for (const AnnotatedImage& image : set.images) {
        std::int64_t stratum = -1;
        for (const std::int64_t label : classes_in(image)) {
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

std::vector<std::int64_t> shares(std::int64_t count, const std::vector<std::int64_t>& sizes) {
    const std::int64_t all = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0});
    count = std::min(count, all);
    std::vector<std::int64_t> given(sizes.size());
    if (count <= 0) return given;
    // The parts by what they still lack, the earlier first among equals.
    const auto lack = [&](std::size_t i) {
        if (given[i] == sizes[i]) return -std::numeric_limits<double>::infinity();
        const double due = static_cast<double>(count) * static_cast<double>(sizes[i]) / static_cast<double>(all);
        return given[i] == 0 ? static_cast<double>(count) + due : due - static_cast<double>(given[i]);
    };
    // What is certain at once; the last of each part one by one, so that an empty one comes first.
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const double due = static_cast<double>(count) * static_cast<double>(sizes[i]) / static_cast<double>(all);
        given[i] = std::max<std::int64_t>(0, static_cast<std::int64_t>(due) - std::ssize(sizes));
    }
    std::int64_t left = count - std::accumulate(given.begin(), given.end(), std::int64_t{0});
    for (; left > 0; --left) {
        std::size_t neediest = 0;
        for (std::size_t i = 1; i < sizes.size(); ++i) {
            if (lack(i) > lack(neediest)) neediest = i;
        }
        ++given[neediest];
    }
    return given;
}

std::vector<std::size_t> pick_mini(const AnnotatedSet& set, std::int64_t count, std::uint64_t seed) {
    std::map<std::int64_t, std::vector<std::int64_t>> groups;
    const std::vector<std::int64_t> stratum_of = strata(set);
    for (std::size_t i = 0; i < stratum_of.size(); ++i) groups[stratum_of[i]].push_back(static_cast<std::int64_t>(i));
    std::vector<std::int64_t> sizes;
    for (const auto& [stratum, images] : groups) sizes.push_back(std::ssize(images));
    const std::vector<std::int64_t> given = shares(count, sizes);
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

AnnotatedSet mini_set(const AnnotatedSet& set, const std::vector<std::size_t>& images) {
    AnnotatedSet mini = set;
    mini.images.clear();
    for (const std::size_t i : images) mini.images.push_back(set.images[i]);
    return mini;
}

}  // namespace goetia
