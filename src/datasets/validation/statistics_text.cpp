// Statistics of a split as JSON and as text.
#include <algorithm>

#include "datasets/validation/statistics.h"

namespace goetia {
namespace {

constexpr std::size_t kShownClasses = 12;

Json distribution_json(const std::optional<Distribution>& values) {
    if (!values) return nullptr;
    return {{"min", values->min}, {"median", values->median}, {"mean", values->mean}, {"max", values->max}};
}

std::string distribution_text(const Distribution& values) {
    return fmt::format("{:.6g} to {:.6g}, median {:.6g}", values.min, values.max, values.median);
}

Json class_json(const ClassCount& count, Task task) {
    if (task == Task::kSemantic) return {{"images", count.images}, {"pixels", count.pixels}};
    if (task == Task::kDetection || task == Task::kInstance)
        return {{"images", count.images}, {"annotations", count.objects}};
    return count.images;
}

std::int64_t main_count(const ClassCount& count, Task task) {
    if (task == Task::kSemantic) return count.pixels;
    return task == Task::kClassification ? count.images : count.objects;
}

// "cat 40, dog 38 and 78 more": the most common first.
std::string class_text(const SetStatistics& statistics, const AnnotatedSet& set) {
    std::vector<std::size_t> order(set.classes.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, std::greater(),
                             [&](std::size_t i) { return main_count(statistics.classes[i], set.task); });
    std::string text;
    for (std::size_t i = 0; i < order.size() && i < kShownClasses; ++i) {
        text += fmt::format("{}{} {}", i == 0 ? "" : ", ", set.classes[order[i]],
                            main_count(statistics.classes[order[i]], set.task));
    }
    return order.size() > kShownClasses ? fmt::format("{} and {} more", text, order.size() - kShownClasses) : text;
}

}  // namespace

Json to_json(const SetStatistics& statistics, const AnnotatedSet& set) {
    Json json{{"task", task_name(set.task)},
              {"images", statistics.images},
              {"annotations", statistics.annotations},
              {"unlabelled", statistics.unlabelled},
              {"subjects", statistics.subjects.size()},
              {"classes", Json::object()}};
    for (std::size_t i = 0; i < set.classes.size(); ++i)
        json["classes"][set.classes[i]] = class_json(statistics.classes[i], set.task);
    json["imbalance"] = statistics.imbalance ? Json(*statistics.imbalance) : Json(nullptr);
    json["per_subject"] = statistics.subjects;
    Json sizes{{"width", distribution_json(statistics.width)},
               {"height", distribution_json(statistics.height)},
               {"different", statistics.sizes.size()}};
    const auto most_common = std::ranges::max_element(statistics.sizes, {}, [](const auto& one) { return one.second; });
    if (most_common != statistics.sizes.end()) {
        sizes["commonest"] = {most_common->first.first, most_common->first.second};
        sizes["commonest_images"] = most_common->second;
    }
    json["sizes"] = std::move(sizes);
    if (set.task == Task::kDetection || set.task == Task::kInstance) {
        json["boxes_per_image"] = distribution_json(statistics.objects_per_image);
        json["box_area"] = distribution_json(statistics.object_area);
        json["areas"] = {
            {"small", statistics.areas.small}, {"medium", statistics.areas.medium}, {"large", statistics.areas.large}};
        json["crowds"] = statistics.crowds;
        json["difficult"] = statistics.difficult;
    }
    for (std::size_t i = 0; i < statistics.values.size(); ++i)
        json["values"][set.targets[i]] = distribution_json(statistics.values[i]);
    return json;
}

std::string text_of(const SetStatistics& statistics, const AnnotatedSet& set) {
    std::string text;
    if (!set.classes.empty()) {
        text += fmt::format("  classes     {}: {}\n", set.classes.size(), class_text(statistics, set));
        if (statistics.imbalance && *statistics.imbalance >= 1.005)
            text += fmt::format("  imbalance   the most common class is {:.3g} times as frequent as the rarest\n",
                                *statistics.imbalance);
    }
    if (statistics.unlabelled > 0) text += fmt::format("  unlabelled  {} images\n", statistics.unlabelled);
    if (!statistics.subjects.empty()) text += fmt::format("  subjects    {}\n", statistics.subjects.size());
    if (statistics.width && statistics.height) {
        text += fmt::format("  sizes       {} different; width {}, height {}\n", statistics.sizes.size(),
                            distribution_text(*statistics.width), distribution_text(*statistics.height));
    }
    if (statistics.objects_per_image && statistics.annotations > 0) {
        text += fmt::format("  objects     {}; per image {}; {} small, {} medium, {} large\n", statistics.annotations,
                            distribution_text(*statistics.objects_per_image), statistics.areas.small,
                            statistics.areas.medium, statistics.areas.large);
    }
    for (std::size_t i = 0; i < statistics.values.size(); ++i) {
        if (statistics.values[i])
            text += fmt::format("  {:<11} {}\n", set.targets[i], distribution_text(*statistics.values[i]));
    }
    return text;
}

}  // namespace goetia
