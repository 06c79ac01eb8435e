#include "master/storage/settings_service.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/json_text.h"

namespace goetia {
namespace {

constexpr const char* kSettingsRow = "settings of the API";

struct StoredSettings {
    std::int64_t version = 0;
    Json values = Json::object();
};

// Values that an older program stored and this one does not know are left out.
Result<StoredSettings> stored_settings(SqlConnection& database) {
    GOETIA_ASSIGN(const std::vector<SettingRow> rows,
                  rows_where<SettingRow>(database, " WHERE name = $1", {std::string(kSettingsRow)}));
    const Schema schema = settings_schema();
    StoredSettings stored;
    Json known = Json::object();
    if (!rows.empty()) {
        GOETIA_ASSIGN(const Json values, parse_json(rows[0].text, kSettingsRow));
        for (const Param& param : schema.params()) {
            if (values.contains(param.name)) known[param.name] = values[param.name];
        }
        stored.version = rows[0].number;
    }
    stored.values = schema.complete(known);
    return stored;
}

Json shown_settings(const StoredSettings& stored) {
    Json shown = stored.values;
    shown["etag"] = std::to_string(stored.version);
    return shown;
}

template <class Builder>
Builder optional_setting(Builder builder, bool is_change) {
    if (is_change) builder.or_null().fallback(nullptr);
    return builder;
}

Schema settings_of(const char* name, const char* sentence, bool is_change) {
    const auto setting = [is_change](ParamBuilder builder) { return optional_setting(std::move(builder), is_change); };
    return Schema(name, sentence)
        .with(setting(number("retention_days", "Experiments that changed within so many days are kept; 0: all are")
                          .at_least(0)
                          .fallback(0)))
        .with(setting(texts("retention_states", "Only experiments in one of these go; none: any that ended")
                          .one_of({"completed", "failed", "stopped"})
                          .fallback(Json::array())))
        .with(setting(
            texts("retention_kept_tags", "Experiments with one of these tags are kept").fallback(Json::array())))
        .with(setting(integer("retention_kept_newest", "So many of the newest experiments are kept in any case")
                          .at_least(0)
                          .fallback(0)))
        .with(
            setting(integer("retention_kept_checkpoints",
                            "Of each ended experiment so many of the newest checkpoints by epoch are kept, beside the "
                            "best and the last; -1: all")
                        .at_least(-1)
                        .fallback(-1)));
}

}  // namespace

Schema settings_schema() { return settings_of("Settings", "What holds for the whole master", false); }
Schema settings_change_schema() { return settings_of("SettingsChange", "What is to be set; null: as it is", true); }

Result<Json> SettingsService::show() {
    StoredSettings stored;
    GOETIA_TRY(store_.read([&](SqlConnection& database) -> Status {
        GOETIA_ASSIGN(stored, stored_settings(database));
        return {};
    }));
    return shown_settings(stored);
}

Result<Json> SettingsService::change(const Caller& caller, const Json& change, std::optional<std::int64_t> version) {
    StoredSettings stored;
    GOETIA_TRY(store_.write([&](StoreTransaction& transaction) -> Status {
        GOETIA_ASSIGN(stored, stored_settings(transaction.sql()));
        if (version && *version != stored.version)
            return Error{Code::kWrongState,
                         "the settings have changed since; look at them again",
                         {{.path = "If-Match",
                           .message = "is not the settings' ETag",
                           .found = std::to_string(*version),
                           .allowed = std::to_string(stored.version)}}};
        Json changed = Json::object();
        for (const auto& [name, value] : change.items()) {
            if (value.is_null() || stored.values[name] == value) continue;
            stored.values[name] = changed[name] = value;
        }
        if (changed.empty()) return {};
        ++stored.version;
        GOETIA_TRY(transaction.put(SettingRow{kSettingsRow, stored.version, json_text(stored.values)}));
        return transaction.audit({.time = to_seconds(now()),
                                  .actor = caller.name,
                                  .action = "settings.change",
                                  .subject = "settings",
                                  .detail = json_text(changed)});
    }));
    return shown_settings(stored);
}

Result<RetentionRule> SettingsService::retention() {
    GOETIA_ASSIGN(const Json set, show());
    return RetentionRule{.days = set["retention_days"].get<double>(),
                         .states = set["retention_states"].get<std::vector<std::string>>(),
                         .kept_tags = set["retention_kept_tags"].get<std::vector<std::string>>(),
                         .kept_newest = set["retention_kept_newest"].get<std::size_t>(),
                         .kept_checkpoints = set["retention_kept_checkpoints"].get<std::int64_t>()};
}

}  // namespace goetia
