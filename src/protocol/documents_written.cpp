// Documents and requests as JSON.
#include "base/json.h"
#include "protocol/desired_members.h"
#include "protocol/manifest_members.h"
#include "protocol/request_members.h"

namespace goetia {
namespace {

// Writes a struct as an object by its members().
class MemberWriter {
  public:
    template <class Record>
    static Json object(const Record& record) {
        MemberWriter writer;
        writer.body_ = Json::object();
        members(record, writer);
        return std::move(writer.body_);
    }

    template <class T, class... Rules>
    void operator()(const char* key, const T& value, const Rules&... /*rules*/) {
        body_[key] = written(value);
    }
    template <class T, class... Rules>
    void operator()(const char* key, const std::optional<T>& value, const Rules&... /*rules*/) {
        if (value) body_[key] = written(*value);
    }

  private:
    template <class T>
    static Json written(const T& value) {
        if constexpr (std::is_enum_v<T>) return name_of(value);
        else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) return value;
        else return object(value);
    }
    static Json written(const std::map<std::string, std::string>& values) {
        Json body = Json::object();
        for (const auto& [key, value] : values) body[key] = value;
        return body;
    }
    template <class T>
    static Json written(const std::vector<T>& values) {
        Json list = Json::array();
        for (const T& value : values) list.push_back(written(value));
        return list;
    }

    Json body_;
};

}  // namespace

Json to_json(const NodeFacts& facts) { return MemberWriter::object(facts); }
Json to_json(const NodeUse& use) { return MemberWriter::object(use); }
Json to_json(const AttemptStatus& status) { return MemberWriter::object(status); }
Json to_json(const NodeStatus& status) { return MemberWriter::object(status); }
Json to_json(const WantedAttempt& wanted) { return MemberWriter::object(wanted); }
Json to_json(const NodeDesired& desired) { return MemberWriter::object(desired); }
Json to_json(const AppendRequest& request) { return MemberWriter::object(request); }
Json to_json(const AppendAnswer& answer) { return MemberWriter::object(answer); }
Json to_json(const ObjectChunk& chunk) { return MemberWriter::object(chunk); }
Json to_json(const ObjectAnswer& answer) { return MemberWriter::object(answer); }
Json to_json(const RuntimeNeeds& needs) { return MemberWriter::object(needs); }
Json to_json(const PackageManifest& manifest) { return MemberWriter::object(manifest); }
Json to_json(const BundleManifest& manifest) { return MemberWriter::object(manifest); }

}  // namespace goetia
