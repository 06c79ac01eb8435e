#include "feeding/packed/packed_list.h"

#include "base/json.h"
#include "feeding/packed/shard.h"

namespace goetia {
namespace {

Json without_sum(const PackedList& list) {
    Json files = Json::array();
    for (const PackedFile& one : list.files)
        files.push_back({{"file", one.file}, {"records", one.records}, {"sum", one.sum}});
    return {{"version", kPackVersion}, {"classes", list.classes},         {"samples", list.samples},
            {"decoded", list.decoded}, {"fingerprint", list.fingerprint}, {"files", files}};
}

std::uint64_t count(const Json& json) {
    if (!json.is_number_unsigned()) throw Json::type_error::create(302, "a count is needed", &json);
    return json.get<std::uint64_t>();
}

PackedFile file_of(const Json& json) {
    PackedFile one{json.at("file").get<std::string>(), count(json.at("records")), json.at("sum").get<std::string>()};
    if (one.file.find('/') != std::string::npos) throw Json::other_error::create(501, "it is in another folder", &json);
    return one;
}

PackedList list_of(const Json& json) {
    PackedList list;
    list.classes = json.at("classes").get<std::vector<std::string>>();
    list.samples = count(json.at("samples"));
    list.decoded = json.at("decoded").get<bool>();
    list.fingerprint = json.at("fingerprint").get<std::string>();
    for (const Json& one : json.at("files").get_ref<const Json::array_t&>()) list.files.push_back(file_of(one));
    return list;
}

}  // namespace

Json to_json(const PackedList& list) {
    Json json = without_sum(list);
    json["sum"] = fmt::format("{:016x}", quick_sum(json.dump()));
    return json;
}

Result<PackedList> read_packed_list(const Json& json, const std::string& file) {
    if (!json.is_object() || !json.contains("version") || !json["version"].is_number_unsigned())
        return invalid("'{}' is not a list of packed data; pack the set again", file);
    if (const auto version = json["version"].get<std::uint64_t>(); version != kPackVersion)
        return make_error(Code::kUnsupported,
                          "'{}' is packed in version {}, this build reads version {}; pack the set again", file,
                          version, kPackVersion);
    try {
        return list_of(json);
    } catch (const Json::exception&) {
        return invalid("'{}' is not what 'dataset pack' writes; pack the set again", file);
    }
}

Result<PackedList> parse_packed_list(std::string_view text, const std::string& file) {
    const Json json = Json::parse(text, nullptr, false);
    GOETIA_ASSIGN(PackedList list, read_packed_list(json, file));
    if (json != to_json(list))
        return invalid("'{}' was altered or damaged: its checksum does not match; pack the set again", file);
    return list;
}

}  // namespace goetia
