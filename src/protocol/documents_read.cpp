// Documents and requests from JSON of unknown origin.
#include <cmath>
#include <limits>
#include <utility>

#include "base/json.h"
#include "protocol/desired_members.h"
#include "protocol/manifest_members.h"
#include "protocol/request_members.h"

namespace goetia {
namespace {

// Reads a struct from an object by its members(): types, sizes and ranges are checked, all faults are collected (up to
// a number), and nothing larger than its rule allows is copied.
class MemberReader {
  public:
    // `what` names the document in the error: "status of the node".
    template <class Record>
    static Result<Record> document(const Json& json, std::string_view what) {
        std::vector<Fault> faults;
        Record record;
        MemberReader(json, "", faults).read_object(record);
        if (faults.empty()) return record;
        const std::string first = to_string(faults.front());
        return Error{
            Code::kInvalid,
            fmt::format("the {} has {} {}: {}", what, faults.size(), faults.size() == 1 ? "fault" : "faults", first),
            std::move(faults)};
    }

    template <class T, class... Rules>
    void operator()(const char* key, T& into, const Rules&... rules) {
        const auto found = json_.find(key);
        inner(found != json_.end() ? *found : kMissing, key).read(into, rules...);
    }
    template <class T, class... Rules>
    void operator()(const char* key, std::optional<T>& into, const Rules&... rules) {
        const auto found = json_.find(key);
        into.reset();
        if (found == json_.end() || found->is_null()) return;
        inner(*found, key).read(into.emplace(), rules...);
    }

  private:
    MemberReader(const Json& json, std::string path, std::vector<Fault>& faults)
        : json_(json), path_(std::move(path)), faults_(faults) {}

    [[nodiscard]] MemberReader inner(const Json& json, std::string_view key) const {
        return {json, path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key), faults_};
    }
    [[nodiscard]] MemberReader element(const Json& json, std::size_t index) const {
        return {json, fmt::format("{}[{}]", path_, index), faults_};
    }

    // The rest of a document that is wrong in many places is of no interest.
    [[nodiscard]] bool given_up() const { return faults_.size() >= kMostFaults; }
    void fault(std::string message, std::string found, std::string allowed) {
        if (given_up()) return;
        faults_.push_back(
            {.path = path_, .message = std::move(message), .found = std::move(found), .allowed = std::move(allowed)});
    }
    void wrong_type(std::string_view wanted) {
        fault(fmt::format("must be {}, found {}", wanted, json_.type_name()), json_.type_name(), std::string(wanted));
    }
    [[nodiscard]] bool missing() const { return &json_ == &kMissing; }

    template <class Record>
    void read_object(Record& into) {
        if (json_.is_object()) members(into, *this);
        else if (missing()) members(into, *this);
        else wrong_type("an object");
    }

    template <class Record>
        requires std::is_class_v<Record>
    void read(Record& into) {
        if (!given_up()) read_object(into);
    }

    void read(bool& into) {
        if (json_.is_boolean()) into = json_.get<bool>();
        else if (!missing()) wrong_type("true or false");
    }

    template <class T>
        requires(std::is_arithmetic_v<T> && !std::same_as<T, bool>)
    void read(T& into, const Between& rule) {
        if (!missing() && !json_.is_number()) return wrong_type("a number");
        const double value = missing() ? static_cast<double>(into) : json_.get<double>();
        // !(a && b) refuses NaN too
        if (!(value >= rule.low && value <= rule.high) || (std::integral<T> && value != std::floor(value))) {
            const std::string_view sort = std::integral<T> ? "a whole number" : "a number";
            const std::string allowed = fmt::format("{:.16g} to {:.16g}", rule.low, rule.high);
            if (missing()) return fault(fmt::format("is missing; it must be {} from {}", sort, allowed), "", allowed);
            return fault(fmt::format("must be {} from {}, found {:.16g}", sort, allowed, value),
                         fmt::format("{:.16g}", value), allowed);
        }
        if (!missing()) into = static_cast<T>(value);
    }

    void read(std::string& into, const TextOf& rule) {
        if (!missing() && !json_.is_string()) return wrong_type("text");
        static const std::string none;
        const std::string& text = missing() ? none : json_.get_ref<const std::string&>();
        if (text.empty() && !rule.needed) return into.clear();
        if (text.empty()) return fault(fmt::format("is missing; it must be {}", rule.sort), "", std::string(rule.sort));
        if (text.size() > rule.longest)
            return fault(fmt::format("must have at most {} characters, found {}", rule.longest, text.size()),
                         std::to_string(text.size()), std::to_string(rule.longest));
        if (!rule.fits(text)) return fault(fmt::format("must be {}", rule.sort), "", std::string(rule.sort));
        into = text;
    }

    template <class E>
        requires std::is_enum_v<E>
    void read(E& into) {
        if (missing()) return;
        if (!json_.is_string()) return wrong_type("text");
        const std::string& text = json_.get_ref<const std::string&>();
        std::string names;
        for (int i = 0; i <= static_cast<int>(last_of(E{})); ++i) {
            if (name_of(static_cast<E>(i)) == text) return void(into = static_cast<E>(i));
            names += fmt::format("{}'{}'", i == 0 ? "" : ", ", name_of(static_cast<E>(i)));
        }
        fault(fmt::format("must be one of {}", names), text.substr(0, kLongestQuoted), names);
    }

    template <class T, class... Rules>
    void read(std::vector<T>& into, const AtMost& rule, const Rules&... rules) {
        into.clear();
        if (missing()) return;
        if (!json_.is_array()) return wrong_type("a list");
        if (!fits_count(rule)) return;
        into.resize(json_.size());
        for (std::size_t i = 0; i < json_.size() && !given_up(); ++i) element(json_[i], i).read(into[i], rules...);
    }

    void read(std::map<std::string, std::string>& into, const AtMost& rule, const TextOf& text) {
        into.clear();
        if (missing()) return;
        if (!json_.is_object()) return wrong_type("an object");
        if (!fits_count(rule)) return;
        for (const auto& [key, value] : json_.items()) {
            if (!is_identifier(key))
                fault(fmt::format("has a key that is not {}", kIdentifier.sort), "", std::string(kIdentifier.sort));
            else inner(value, key).read(into[key], text);
        }
    }

    bool fits_count(const AtMost& rule) {
        if (json_.size() <= rule.count) return true;
        fault(fmt::format("must have at most {} entries, found {}", rule.count, json_.size()),
              std::to_string(json_.size()), std::to_string(rule.count));
        return false;
    }

    static constexpr std::size_t kMostFaults = 20;
    static constexpr std::size_t kLongestQuoted = 64;
    static inline const Json kMissing;  // stands where the object has no such member

    const Json& json_;
    std::string path_;
    std::vector<Fault>& faults_;
};

Error unknown_format(std::string_view what, int format, int known) {
    return make_error(Code::kUnsupported, "the {} has format {}, this version of Goetia reads {}; update it", what,
                      format, known);
}

}  // namespace

Result<NodeFacts> node_facts_from(const Json& json) { return MemberReader::document<NodeFacts>(json, "node's facts"); }
Result<NodeUse> node_use_from(const Json& json) { return MemberReader::document<NodeUse>(json, "node's use"); }
Result<AttemptStatus> attempt_status_from(const Json& json) {
    return MemberReader::document<AttemptStatus>(json, "attempt's status");
}
Result<NodeStatus> node_status_from(const Json& json) {
    return MemberReader::document<NodeStatus>(json, "node's status");
}
Result<WantedAttempt> wanted_attempt_from(const Json& json) {
    return MemberReader::document<WantedAttempt>(json, "wanted attempt");
}
Result<NodeDesired> node_desired_from(const Json& json) {
    return MemberReader::document<NodeDesired>(json, "desired document");
}
Result<AppendRequest> append_request_from(const Json& json) {
    return MemberReader::document<AppendRequest>(json, "append");
}
Result<AppendAnswer> append_answer_from(const Json& json) {
    return MemberReader::document<AppendAnswer>(json, "answer to an append");
}
Result<ObjectChunk> object_chunk_from(const Json& json) {
    return MemberReader::document<ObjectChunk>(json, "chunk of an object");
}
Result<ObjectAnswer> object_answer_from(const Json& json) {
    return MemberReader::document<ObjectAnswer>(json, "answer to a chunk");
}

Result<RuntimeNeeds> runtime_needs_from(const Json& json) {
    return MemberReader::document<RuntimeNeeds>(json, "needs of a runtime");
}
Result<PackageManifest> package_manifest_from(const Json& json) {
    GOETIA_ASSIGN(PackageManifest manifest,
                  MemberReader::document<PackageManifest>(json, "manifest of the task's package"));
    if (manifest.format == kPackageFormat) return manifest;
    return unknown_format("task's package", manifest.format, kPackageFormat);
}
Result<BundleManifest> bundle_manifest_from(const Json& json) {
    GOETIA_ASSIGN(BundleManifest manifest,
                  MemberReader::document<BundleManifest>(json, "manifest of the runtime bundle"));
    if (manifest.format == kBundleFormat) return manifest;
    return unknown_format("runtime bundle", manifest.format, kBundleFormat);
}

}  // namespace goetia
