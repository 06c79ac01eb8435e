#include "datasets/validation/statistics.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "datasets/validation/check_balance.h"

namespace goetia {
namespace {

constexpr double kMediumArea = 32.0 * 32, kLargeArea = 96.0 * 96;

void add_area(AreaCounts& areas, double area) {
    if (area < kMediumArea) ++areas.small;
    else if (area < kLargeArea) ++areas.medium;
    else ++areas.large;
}

// Adds the objects of an image; their areas are appended to `areas`.
void add_objects(const AnnotatedImage& image, SetStatistics& statistics, std::vector<double>& areas) {
    std::set<std::int64_t> present;
    for (const Instance& instance : image.instances) {
        ++statistics.annotations;
        if (instance.crowd) ++statistics.crowds;
        if (instance.difficult) ++statistics.difficult;
        const double area = instance.area > 0 ? instance.area : instance.box.area();
        areas.push_back(area);
        add_area(statistics.areas, area);
        if (instance.label < 0 || instance.label >= static_cast<std::int64_t>(statistics.classes.size())) continue;
        ClassCount& count = statistics.classes[static_cast<std::size_t>(instance.label)];
        ++count.objects;
        if (present.insert(instance.label).second) ++count.images;
    }
}

bool is_unlabelled(const AnnotatedImage& image, Task task) {
    switch (task) {
        case Task::kClassification: return image.label < 0;
        case Task::kSemantic: return image.mask.empty();
        case Task::kRegression:
        case Task::kMultilabel: return image.values.empty();
        case Task::kDetection:
        case Task::kInstance: return image.instances.empty();
    }
    return false;
}

void add_sizes(const AnnotatedSet& set, const std::vector<ImageInfo>& images, SetStatistics& statistics) {
    std::vector<double> widths, heights;
    for (std::size_t i = 0; i < set.images.size(); ++i) {
        const bool scanned = i < images.size() && images[i].state == ImageState::kIntact;
        const int width = scanned ? images[i].width : set.images[i].width;
        const int height = scanned ? images[i].height : set.images[i].height;
        if (width < 1 || height < 1) continue;
        ++statistics.sizes[{width, height}];
        widths.push_back(width), heights.push_back(height);
    }
    statistics.width = distribution_of(std::move(widths));
    statistics.height = distribution_of(std::move(heights));
}

void add_values(const AnnotatedSet& set, SetStatistics& statistics) {
    for (std::size_t target = 0; target < set.targets.size(); ++target) {
        std::vector<double> numbers;
        for (const AnnotatedImage& image : set.images) {
            if (target < image.values.size()) numbers.push_back(image.values[target]);
        }
        statistics.values.push_back(distribution_of(std::move(numbers)));
    }
}

void add_masks(const AnnotatedSet& set, const std::vector<MaskInfo>& masks, SetStatistics& statistics) {
    const std::vector<std::int64_t> pixels = pixel_counts(set, masks);
    for (std::size_t i = 0; i < pixels.size() && i < statistics.classes.size(); ++i) {
        statistics.classes[i].pixels = pixels[i];
        for (const MaskInfo& mask : masks) statistics.classes[i].images += i < kIgnoredClass && mask.pixels[i] > 0;
    }
}

}  // namespace

std::optional<Distribution> distribution_of(std::vector<double> numbers) {
    if (numbers.empty()) return std::nullopt;
    std::sort(numbers.begin(), numbers.end());
    const std::size_t half = numbers.size() / 2;
    const double median = numbers.size() % 2 != 0 ? numbers[half] : (numbers[half - 1] + numbers[half]) / 2;
    const double sum = std::accumulate(numbers.begin(), numbers.end(), 0.0);
    return Distribution{numbers.front(), median, sum / static_cast<double>(numbers.size()), numbers.back()};
}

SetStatistics statistics_of(const AnnotatedSet& set, const std::vector<ImageInfo>& images,
                            const std::vector<MaskInfo>& masks) {
    SetStatistics statistics{.images = static_cast<std::int64_t>(set.images.size())};
    statistics.classes.resize(set.classes.size());
    const bool objects = set.task == Task::kDetection || set.task == Task::kInstance;
    std::vector<double> areas, per_image;
    for (const AnnotatedImage& image : set.images) {
        if (is_unlabelled(image, set.task)) ++statistics.unlabelled;
        if (!image.subject.empty()) ++statistics.subjects[image.subject];
        if (image.label >= 0 && image.label < static_cast<std::int64_t>(statistics.classes.size()))
            ++statistics.classes[static_cast<std::size_t>(image.label)].images;
        add_objects(image, statistics, areas);
        if (objects) per_image.push_back(static_cast<double>(image.instances.size()));
    }
    statistics.objects_per_image = distribution_of(std::move(per_image));
    statistics.object_area = distribution_of(std::move(areas));
    add_sizes(set, images, statistics);
    add_values(set, statistics);
    add_masks(set, masks, statistics);
    statistics.imbalance = imbalance_ratio(set.task == Task::kSemantic ? pixel_counts(set, masks) : class_counts(set));
    return statistics;
}

}  // namespace goetia
