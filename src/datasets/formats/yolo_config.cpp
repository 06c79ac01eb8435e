#include <set>

#include <yaml-cpp/yaml.h>

#include "datasets/formats/yolo_file.h"

namespace goetia {
namespace {

constexpr std::int64_t kMostClasses = 1'000'000, kMostKeyPoints = 10'000;

class ConfigReader {
  public:
    ConfigReader(const std::string& name, YoloConfig& out) : name_(name), out_(out) {}

    void read(const YAML::Node& root) {
        if (!root.IsMap())
            return add(FindingKind::kBadSyntax, root, "the file is not a mapping",
                       "write 'names:', 'train:' and 'val:'");
        std::set<std::string> seen;
        for (const auto& member : root) {
            if (member.first.IsScalar() && !seen.insert(member.first.Scalar()).second)
                add(FindingKind::kDuplicateId, member.first,
                    fmt::format("'{}' appears twice in the file", member.first.Scalar()), "remove one");
        }
        if (const YAML::Node path = root["path"]; path && path.IsScalar()) out_.path = path.Scalar();
        read_paths(root["train"], "train", Split::kTrain);
        read_paths(root["val"] ? root["val"] : root["validation"], "val", Split::kVal);
        read_paths(root["test"], "test", Split::kTest);
        read_classes(root["names"], root["nc"]);
        read_key_points(root["kpt_shape"]);
        if (const YAML::Node download = root["download"]; download && !download.IsNull())
            out_.findings.push_back({.kind = FindingKind::kMissingFile,
                                     .file = name_,
                                     .line = line(download),
                                     .found = "'download' contains a download command; it is never run",
                                     .fix = "download the images yourself if they are missing",
                                     .severity = Severity::kNote});
    }

  private:
    static int line(const YAML::Node& node) { return node.Mark().line + 1; }

    void add(FindingKind kind, const YAML::Node& node, std::string found, std::string fix) {
        out_.findings.push_back(
            {.kind = kind, .file = name_, .line = line(node), .found = std::move(found), .fix = std::move(fix)});
    }

    void read_paths(const YAML::Node& node, const char* key, Split split) {
        if (!node || node.IsNull()) return;
        std::vector<std::string> paths;
        if (node.IsScalar()) paths.push_back(node.Scalar());
        else if (node.IsSequence())
            for (const auto& one : node) paths.push_back(one.IsScalar() ? one.Scalar() : "");
        std::erase(paths, "");
        if (paths.empty() || (node.IsSequence() && paths.size() != node.size()))
            add(FindingKind::kBadSyntax, node, fmt::format("'{}' does not name a path", key),
                "use a folder, a .txt list, or a list of them");
        if (!paths.empty()) out_.paths[split] = std::move(paths);
    }

    static std::optional<std::int64_t> as_integer(const YAML::Node& node) {
        std::int64_t value = 0;
        if (!node || !node.IsScalar() || !YAML::convert<std::int64_t>::decode(node, value)) return std::nullopt;
        return value;
    }

    void read_classes(const YAML::Node& names, const YAML::Node& count) {
        const auto said = as_integer(count);
        if (count && (!said || *said < 1 || *said > kMostClasses))
            return add(FindingKind::kBadSyntax, count, "'nc' is not a valid number of classes",
                       fmt::format("use 1 to {}", kMostClasses));
        if (names && names.IsSequence()) {
            for (const auto& one : names) {
                if (!one.IsScalar()) add(FindingKind::kBadSyntax, one, "a class name is not a string", "use a string");
                out_.classes.push_back(one.IsScalar() ? one.Scalar() : "");
            }
        } else if (names && names.IsMap()) {
            read_class_map(names);
        } else if (names && !names.IsNull()) {
            return add(FindingKind::kBadSyntax, names, "'names' is neither a list nor a mapping",
                       "write names: [cat, dog]");
        } else {
            for (std::int64_t i = 0; i < said.value_or(0); ++i) out_.classes.push_back(fmt::format("class_{}", i));
        }
        if (said && names && *said != static_cast<std::int64_t>(out_.classes.size()))
            add(FindingKind::kUnknownClass, count,
                fmt::format("'nc' is {}, 'names' has {} entries", *said, out_.classes.size()), "make them agree");
        report_duplicate_names(names);
        if (out_.classes.empty())
            out_.findings.push_back({.kind = FindingKind::kBadSyntax,
                                     .file = name_,
                                     .found = "the file contains no class names",
                                     .fix = "write names: [cat, dog]"});
    }

    void report_duplicate_names(const YAML::Node& names) {
        std::set<std::string> seen;
        for (const std::string& name : out_.classes) {
            if (seen.insert(name).second) continue;
            add(FindingKind::kDuplicateId, names,
                fmt::format("two classes are named '{}'; they are kept as two classes", name),
                "give each class a unique name");
            out_.findings.back().severity = Severity::kWarning;
        }
    }

    // Skipped numbers get a generated name; each is reported, unless there are very many.
    void report_gaps(const YAML::Node& names, const std::map<std::int64_t, std::string>& by_number,
                     std::int64_t count) {
        constexpr std::int64_t kReported = 100;
        const std::int64_t gaps = count - static_cast<std::int64_t>(by_number.size());
        constexpr const char* kFix = "name every number; missing ones are named after their number";
        if (gaps > kReported)
            add(FindingKind::kIdGap, names, fmt::format("'names' lacks {} of the numbers 0 to {}", gaps, count - 1),
                kFix);
        for (std::int64_t i = 0; gaps <= kReported && i < count; ++i) {
            if (by_number.contains(i)) continue;
            add(FindingKind::kIdGap, names, fmt::format("'names' lacks the number {} of 0 to {}", i, count - 1), kFix);
            out_.findings.back().id = fmt::format("class_{}", i);
        }
    }

    void read_class_map(const YAML::Node& names) {
        std::map<std::int64_t, std::string> by_number;
        for (const auto& one : names) {
            const auto number = as_integer(one.first);
            if (!number || *number < 0 || *number >= kMostClasses || !one.second.IsScalar())
                add(FindingKind::kBadSyntax, one.first, "a class is not 'number: name'",
                    "write names: {0: cat, 1: dog}");
            else if (!by_number.emplace(*number, one.second.Scalar()).second)
                add(FindingKind::kDuplicateId, one.first, fmt::format("class {} is named twice", *number),
                    "remove one");
        }
        if (by_number.empty()) return;
        const std::int64_t count = by_number.rbegin()->first + 1;
        report_gaps(names, by_number, count);
        if (count > 10 * static_cast<std::int64_t>(by_number.size()) + 1000) return;  // a typo, not a numbering
        for (std::int64_t i = 0; i < count; ++i) {
            const auto found = by_number.find(i);
            out_.classes.push_back(found == by_number.end() ? fmt::format("class_{}", i) : found->second);
        }
    }

    void read_key_points(const YAML::Node& shape) {
        if (!shape || shape.IsNull()) return;
        const auto count = shape.IsSequence() && shape.size() == 2 ? as_integer(shape[0]) : std::nullopt;
        const auto numbers = count ? as_integer(shape[1]) : std::nullopt;
        if (!numbers || *count < 0 || *count > kMostKeyPoints || *numbers < 2 || *numbers > 3)
            return add(FindingKind::kBadSyntax, shape, "'kpt_shape' is not a valid key point shape",
                       "write kpt_shape: [17, 3]");
        out_.key_points = {static_cast<int>(*count), static_cast<int>(*numbers)};
    }

    const std::string& name_;
    YoloConfig& out_;
};

}  // namespace

YoloConfig parse_data_yaml(std::string_view text, const std::string& name) {
    YoloConfig config;
    try {
        ConfigReader(name, config).read(YAML::Load(std::string(text)));
    } catch (const YAML::Exception& fault) {
        config.findings.push_back({.kind = FindingKind::kBadSyntax,
                                   .file = name,
                                   .line = fault.mark.is_null() ? 0 : fault.mark.line + 1,
                                   .found = fmt::format("invalid YAML: {}", fault.msg),
                                   .fix = "correct it"});
    }
    return config;
}

}  // namespace goetia
