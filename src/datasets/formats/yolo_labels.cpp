#include <charconv>
#include <cmath>
#include <set>

#include "datasets/formats/lines.h"
#include "datasets/formats/yolo_file.h"
#include "datasets/validation/checks.h"
#include "imaging/masks/polygons.h"

namespace goetia {
namespace {

constexpr double kFarthest = 2;  // larger values are not fractions but, most likely, pixels

// The numbers of a line, or the first word that is not a number.
struct Words {
    std::vector<double> numbers;
    std::string wrong;
};

Words split(std::string_view line) {
    Words words;
    while (!(line = trimmed(line)).empty()) {
        const std::string_view word = line.substr(0, line.find_first_of(" \t"));
        line.remove_prefix(word.size());
        double value = 0;
        const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
        if (code != std::errc() || end != word.data() + word.size() || !std::isfinite(value)) {
            words.wrong = std::string(word);
            return words;
        }
        words.numbers.push_back(value);
    }
    return words;
}

class LabelReader {
  public:
    LabelReader(const std::string& name, const YoloImage& picture, YoloLabels& out)
        : name_(name), picture_(picture), out_(out) {}

    void line(int number, std::string_view text) {
        if (text.empty() || text.starts_with('#')) return;
        bool good = true;
        const auto report = [&](FindingKind kind, std::string found, std::string fix) {
            out_.findings.push_back({.kind = kind,
                                     .file = name_,
                                     .line = number,
                                     .found = std::move(found),
                                     .fix = std::move(fix),
                                     .of_object = true,
                                     .instance = good ? -1 : kSameObject});
            good = false;
        };
        Words words = split(text);
        if (!words.wrong.empty())
            return report(FindingKind::kBadSyntax, fmt::format("'{}' is not a number", words.wrong),
                          "write 'class cx cy width height' or 'class x1 y1 x2 y2 x3 y3 ...'");
        const std::vector<double>& n = words.numbers;
        const auto points = static_cast<std::size_t>(picture_.key_points.count) * picture_.key_points.numbers;
        const bool box = n.size() == 5 || (points > 0 && n.size() == 5 + points);
        if (!box && (n.size() < 7 || n.size() % 2 == 0))
            return report(FindingKind::kBadSyntax, fmt::format("the line has {} numbers", n.size()),
                          "a box has 5, an outline an odd number of 7 or more: the class and two per point");
        const bool numbered = n[0] >= 0 && n[0] == std::floor(n[0]) && n[0] <= INT32_MAX;
        if (!numbered)
            report(FindingKind::kUnknownClass, fmt::format("the class is {}", n[0]), "use a non-negative integer");
        const auto end = box ? n.begin() + 5 : n.end();
        const auto far = std::find_if(n.begin() + 1, end, [](double part) { return std::abs(part) > kFarthest; });
        if (far != end)
            return report(FindingKind::kBadSyntax, fmt::format("{} is not a fraction of the image size", *far),
                          "divide pixel values by the width or height");
        Instance one = box ? boxed(n) : outlined(n);
        one.line = number;
        if (!numbered) return report_geometry(one);
        one.label = static_cast<std::int64_t>(n[0]);
        if (!seen_.insert(n).second) {
            report(FindingKind::kDuplicateId, "the line appears twice in the file", "remove one; it is used once");
            out_.findings.back().severity = Severity::kWarning;
            return;
        }
        out_.outlines |= !box;
        out_.objects.push_back(std::move(one));
    }

  private:
    [[nodiscard]] float x(double part) const { return static_cast<float>(part * picture_.width); }
    [[nodiscard]] float y(double part) const { return static_cast<float>(part * picture_.height); }

    // For an object that is skipped because its class is not a number.
    void report_geometry(const Instance& one) {
        AnnotatedImage nameless;
        nameless.width = picture_.width, nameless.height = picture_.height;
        for (Finding& finding : check_geometry(nameless, one, name_)) out_.findings.push_back(std::move(finding));
    }

    [[nodiscard]] Instance boxed(const std::vector<double>& n) const {
        Instance instance;
        instance.box = {x(n[1] - n[3] / 2), y(n[2] - n[4] / 2), x(n[1] + n[3] / 2), y(n[2] + n[4] / 2)};
        instance.area = instance.box.area();
        const auto step = static_cast<std::size_t>(picture_.key_points.numbers);
        for (std::size_t i = 5; step > 0 && i + step <= n.size(); i += step) {
            const int visible = step > 2 ? static_cast<int>(std::clamp(n[i + 2], 0.0, 2.0)) : 2;
            instance.key_points.push_back({x(n[i]), y(n[i + 1]), visible});
        }
        return instance;
    }

    [[nodiscard]] Instance outlined(const std::vector<double>& n) const {
        Instance instance;
        Polygon outline;
        for (std::size_t i = 1; i + 1 < n.size(); i += 2) {
            outline.push_back(x(n[i]));
            outline.push_back(y(n[i + 1]));
        }
        instance.polygons.push_back(std::move(outline));
        instance.box = box_around(instance.polygons);
        instance.area = total_polygon_area(instance.polygons);
        return instance;
    }

    const std::string& name_;
    const YoloImage& picture_;
    YoloLabels& out_;
    std::set<std::vector<double>> seen_;
};

}  // namespace

YoloLabels parse_yolo_labels(std::string_view text, const std::string& name, const YoloImage& picture) {
    YoloLabels labels;
    LabelReader reader(name, picture, labels);
    for_each_line(text, [&](int number, std::string_view line) { reader.line(number, line); });
    return labels;
}

}  // namespace goetia
