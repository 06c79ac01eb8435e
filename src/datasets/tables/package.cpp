#include "datasets/tables/package.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <pugixml.hpp>

namespace goetia {
namespace {

namespace fs = std::filesystem;

std::string lower_case(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

// The relationships part of a part; that of the package itself (part "") is "_rels/.rels".
std::string relations_part(const std::string& part) {
    const fs::path path(part);
    return (path.parent_path() / "_rels" / (path.filename().native() + ".rels")).native();
}

// Targets are relative to the folder of the part, or to the package root if they start with a slash.
std::string part_of_target(const std::string& from, std::string_view target) {
    const fs::path whole = target.starts_with('/') ? fs::path(target.substr(1)) : fs::path(from).parent_path() / target;
    return whole.lexically_normal().native();
}

bool is_relationships_namespace(std::string_view name) {
    return name == "http://schemas.openxmlformats.org/officeDocument/2006/relationships" ||
           name == "http://purl.oclc.org/ooxml/officeDocument/relationships";
}

// The namespace of a prefix at an element.
std::string_view namespace_of(const pugi::xml_node& node, std::string_view prefix) {
    const std::string name = "xmlns:" + std::string(prefix);
    for (pugi::xml_node around = node; around; around = around.parent()) {
        if (const pugi::xml_attribute said = around.attribute(name.c_str())) return said.value();
    }
    return {};
}

}  // namespace

std::string_view local_name(std::string_view name) {
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child_named(const pugi::xml_node& node, std::string_view name) {
    return node.find_child([&](const pugi::xml_node& one) { return local_name(one.name()) == name; });
}

std::string_view attribute_named(const pugi::xml_node& node, std::string_view name) {
    for (const pugi::xml_attribute& one : node.attributes()) {
        if (local_name(one.name()) == name) return one.value();
    }
    return {};
}

std::string_view relation_id(const pugi::xml_node& node) {
    for (const pugi::xml_attribute& one : node.attributes()) {
        const std::string_view name = one.name();
        const std::size_t colon = name.find(':');
        if (colon != std::string_view::npos && local_name(name) == "id" &&
            is_relationships_namespace(namespace_of(node, name.substr(0, colon))))
            return one.value();
    }
    return {};
}

std::string part_of_kind(const Relations& relations, std::string_view kind) {
    const auto found = std::ranges::find_if(relations, [&](const auto& one) { return one.second.kind == kind; });
    return found == relations.end() ? std::string() : found->second.part;
}

Package::Package(std::string_view bytes, std::string file) : bytes_(bytes), file_(std::move(file)) {
    limits_.total_bytes = std::min(limits_.total_bytes, limits_.ratio * (bytes.size() + 1));
}

Status Package::unpack(const std::vector<std::string>& parts) {
    std::vector<std::string> missing;
    for (const std::string& part : parts) {
        std::string name = lower_case(part);
        if (!name.empty() && !parts_.contains(name)) missing.push_back(std::move(name));
    }
    GOETIA_ASSIGN(
        auto unpacked,
        unzip(
            bytes_, file_, [&](const std::string& name) { return std::ranges::count(missing, lower_case(name)) > 0; },
            limits_));
    for (auto& [name, bytes] : unpacked) {
        limits_.total_bytes -= std::min(limits_.total_bytes, bytes.size());
        parts_.emplace(lower_case(name), std::move(bytes));
    }
    return {};
}

Status Package::load(const std::string& part, pugi::xml_document& document) const {
    const auto found = parts_.find(lower_case(part));
    if (found == parts_.end()) return invalid("'{}' lacks the part '{}'; save the workbook again", file_, part);
    const auto parsed = document.load_buffer(found->second.data(), found->second.size(),
                                             pugi::parse_default | pugi::parse_ws_pcdata_single);
    if (parsed) return {};
    return invalid("'{}' is damaged: the part '{}' is not well-formed XML ({}); save the workbook again", file_, part,
                   parsed.description());
}

Result<Relations> Package::relations_of(const std::string& part) {
    const std::string where = relations_part(part);
    Relations relations;
    GOETIA_TRY(unpack({where}));
    if (!parts_.contains(lower_case(where))) return relations;
    pugi::xml_document document;
    GOETIA_TRY(load(where, document));
    for (const pugi::xml_node& one : document.document_element().children()) {
        if (attribute_named(one, "TargetMode") == "External") continue;
        const std::string_view type = attribute_named(one, "Type");
        relations.emplace(attribute_named(one, "Id"), Relation{std::string(type.substr(type.rfind('/') + 1)),
                                                               part_of_target(part, attribute_named(one, "Target"))});
    }
    return relations;
}

}  // namespace goetia
