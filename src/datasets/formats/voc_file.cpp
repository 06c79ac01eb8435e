#include "datasets/formats/voc_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include <pugixml.hpp>
#include <strings.h>

#include "base/utf8.h"
#include "datasets/formats/lines.h"
#include "datasets/validation/checks.h"
#include "datasets/validation/outside.h"

namespace goetia {
namespace {

std::optional<double> number_in(const pugi::xml_node& node) {
    const std::string_view text = trimmed(node.text().get());
    double value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || code != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

class VocReader {
  public:
    VocReader(std::string_view xml, const std::string& name, bool one_based, VocFile& out)
        : xml_(xml), name_(name), one_based_(one_based), out_(out) {}

    void read() {
        pugi::xml_document document;
        const auto parsed =
            document.load_buffer(xml_.data(), xml_.size(), pugi::parse_default | pugi::parse_declaration);
        if (refuses_encoding(document, parsed.encoding)) return;
        if (!parsed)
            return add(FindingKind::kBadSyntax, line_at(parsed.offset),
                       fmt::format("invalid XML: {}", parsed.description()), "write it again, or use an intact copy");
        const pugi::xml_node root = document.child("annotation");
        if (!root)
            return add(FindingKind::kBadSyntax, 1,
                       fmt::format("the root tag is '{}'", document.document_element().name()),
                       "it must be 'annotation'");
        out_.filename = std::string(trimmed(root.child("filename").text().get()));
        if (const pugi::xml_node size = root.child("size")) {
            out_.width = side(size, "width");
            out_.height = side(size, "height");
        }
        for (const pugi::xml_node& object : root.children("object")) read_object(object);
    }

  private:
    // Refuses unsupported encodings. The parser converts UTF-16, UTF-32 and Latin-1 to UTF-8; anything else it reads as
    // UTF-8, whatever the file declares.
    bool refuses_encoding(const pugi::xml_document& document, pugi::xml_encoding taken_as) {
        if (taken_as != pugi::encoding_utf8) return false;
        const std::string declared = document.first_child().type() == pugi::node_declaration
                                         ? document.first_child().attribute("encoding").value()
                                         : "";
        const bool is_utf8 = declared.empty() || ::strcasecmp(declared.c_str(), "utf-8") == 0;
        const auto place = is_utf8 ? first_invalid_utf8(xml_) : first_non_ascii(xml_);
        if (!place) return false;
        add(FindingKind::kBadSyntax, line_at(static_cast<std::ptrdiff_t>(*place)),
            is_utf8 ? "the text is not valid UTF-8 from here on"
                    : fmt::format("the text is '{}', which is not supported", declared),
            "save it as UTF-8");
        return true;
    }

    static std::optional<std::size_t> first_non_ascii(std::string_view text) {
        const auto found = std::ranges::find_if(text, [](char letter) { return (letter & 0x80) != 0; });
        return found == text.end() ? std::nullopt : std::optional<std::size_t>(found - text.begin());
    }

    int line_at(std::ptrdiff_t offset) const {
        const auto end = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(offset, 0, std::ssize(xml_)));
        return 1 + static_cast<int>(std::ranges::count(xml_.substr(0, end), '\n'));
    }

    void add(FindingKind kind, int line, std::string found, std::string fix) {
        out_.findings.push_back(
            {.kind = kind, .file = name_, .line = line, .found = std::move(found), .fix = std::move(fix)});
    }

    int side(const pugi::xml_node& size, const char* key) {
        const pugi::xml_node node = size.child(key);
        const auto value = number_in(node);
        if (value && *value >= 0 && *value <= INT32_MAX && *value == std::floor(*value))
            return static_cast<int>(*value);
        add(FindingKind::kBadSyntax, line_at((node ? node : size).offset_debug()),
            fmt::format("'{}' of the size is '{}'", key, node.text().get()), "enter an integer number of pixels");
        return 0;
    }

    // False if the tag is missing.
    bool flag(const pugi::xml_node& object, const char* key) {
        const pugi::xml_node node = object.child(key);
        const std::string_view text = trimmed(node.text().get());
        if (!node || text == "0" || text.empty()) return false;
        if (text != "1")
            add(FindingKind::kBadSyntax, line_at(node.offset_debug()), fmt::format("'{}' is '{}'", key, text),
                "write 0 or 1");
        return text == "1";
    }

    void read_object(const pugi::xml_node& object) {
        constexpr std::array<std::string_view, 10> kKnown{"name",   "pose", "truncated", "difficult", "occluded",
                                                          "bndbox", "part", "point",     "actions",   "deleted"};
        for (const pugi::xml_node& child : object.children()) {
            if (child.type() == pugi::node_element && std::ranges::count(kKnown, child.name()) == 0)
                ++out_.unread[child.name()];
        }
        const int line = line_at(object.offset_debug());
        const std::string name(trimmed(object.child("name").text().get()));
        bool good = true;
        const auto report = [&](FindingKind kind, std::string found, std::string fix) {
            add(kind, line, std::move(found), std::move(fix));
            out_.findings.back().of_object = true;
            if (!good) out_.findings.back().instance = kSameObject;
            good = false;
        };
        if (name.empty()) report(FindingKind::kBadSyntax, "an object has no name", "name its class");
        std::optional<Instance> instance;
        if (const auto box = read_box(object, name, report)) {
            instance.emplace();
            instance->box = *box;
            instance->area = box->area();
            instance->line = line;
            instance->difficult = flag(object, "difficult");
            instance->truncated = flag(object, "truncated");
            instance->occluded = flag(object, "occluded");
        }
        if (!good) return out_.refused.push_back({name, line, std::move(instance)});
        out_.objects.push_back(*std::move(instance));
        out_.names.push_back(name);
        out_.lines.push_back(line);
    }

    // Corners counted from 0, the lower right one exclusive; nothing if a fault was reported.
    template <class Report>
    std::optional<Box> read_box(const pugi::xml_node& object, const std::string& name, const Report& report) {
        const pugi::xml_node corners = object.child("bndbox");  // direct child only: parts of the object have boxes too
        std::array<float, 4> box{};
        constexpr std::array kCorners{"xmin", "ymin", "xmax", "ymax"};
        bool complete = true;
        for (std::size_t i = 0; i < 4 && (complete || corners); ++i) {
            const auto value = number_in(corners.child(kCorners[i]));
            if (value) box[i] = static_cast<float>(*value);
            else
                report(FindingKind::kBadSyntax,
                       fmt::format("'{}' of object '{}' is '{}'", kCorners[i], name,
                                   corners.child(kCorners[i]).text().get()),
                       "enter a number of pixels");
            complete = complete && value;
        }
        if (!complete) return std::nullopt;
        if (one_based_ && std::min(box[0], box[1]) < 1 - kRounding) {
            report(FindingKind::kBoxOutside,
                   fmt::format("the box of object '{}' begins at ({:.6g}, {:.6g}), VOC's pixels begin at (1, 1)", name,
                               box[0], box[1]),
                   "clip it to the image, or set one_based: false if the corners are counted from 0");
            return std::nullopt;
        }
        const float first = one_based_ ? 1 : 0;
        return Box{box[0] - first, box[1] - first, box[2], box[3]};
    }

    std::string_view xml_;
    const std::string& name_;
    bool one_based_;
    VocFile& out_;
};

}  // namespace

VocFile parse_voc(std::string_view xml, const std::string& name, bool one_based) {
    VocFile file;
    VocReader(xml, name, one_based, file).read();
    return file;
}

}  // namespace goetia
