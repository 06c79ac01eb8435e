#include "master/api/experiment_tables.h"

#include "base/json.h"
#include "master/store/list_csv.h"

namespace goetia {
namespace {

constexpr std::string_view kMetricsPrefix = "metrics.", kConfigPrefix = "config.";

Json metric_field(const Json& metrics, const std::string& name) {
    if (metrics.contains(name)) return metrics[name];
    const std::size_t dot = name.rfind('.');
    if (dot == std::string::npos || !metrics.contains(name.substr(0, dot))) return {};
    const Json& metric = metrics[name.substr(0, dot)];
    return metric.value(name.substr(dot + 1), Json());
}

Json experiment_field(const Json& experiment, const std::string& field) {
    if (field.starts_with(kMetricsPrefix))
        return metric_field(experiment["metrics"], field.substr(kMetricsPrefix.size()));
    if (field.starts_with(kConfigPrefix)) return experiment["config"].value(field.substr(kConfigPrefix.size()), Json());
    if (field == "tag") return experiment["tags"];
    return experiment.value(field, Json());
}

class ExperimentsCsv {
  public:
    ExperimentsCsv(const ListTable& table, ListQuery query, std::vector<std::string> fields)
        : table_(table), query_(std::move(query)), fields_(std::move(fields)) {}

    Status begin() {
        for (const std::string& field : fields_) text_ += (text_.empty() ? "" : ",") + csv_cell(field);
        text_ += "\r\n";
        return add_page();
    }
    // Empty at the end. A page that cannot be listed any more ends it.
    std::string next() {
        std::string part = std::move(text_);
        text_.clear();
        if (!part.empty() && !query_.cursor.empty()) static_cast<void>(add_page());
        return part;
    }

  private:
    Status add_page() {
        GOETIA_ASSIGN(const ListPage page, table_.list(query_));
        for (const std::string& id : page.ids) {
            for (std::size_t i = 0; i < fields_.size(); ++i)
                text_ += (i > 0 ? "," : "") + csv_cell(table_.value(id, fields_[i]));
            text_ += "\r\n";
        }
        query_.cursor = page.next;
        return {};
    }

    const ListTable& table_;
    ListQuery query_;
    std::vector<std::string> fields_;
    std::string text_;
};

}  // namespace

Json chosen_fields_of(const Json& experiment, const std::vector<std::string>& fields) {
    Json part = {{"id", experiment["id"]}};
    for (const std::string& field : fields) part[field] = experiment_field(experiment, field);
    return part;
}

Result<HttpResponse> experiments_csv_response(const ListTable& table, ListQuery query,
                                              std::vector<std::string> fields) {
    if (fields.empty()) fields = {"id", "name", "state", "task", "owner", "tag", "created_at", "updated_at"};
    query.limit = kMostListed;
    const auto rows = std::make_shared<ExperimentsCsv>(table, std::move(query), std::move(fields));
    GOETIA_TRY(rows->begin());
    HttpResponse response;
    response.headers.set("Content-Type", "text/csv; charset=utf-8");
    response.next_part = [rows] { return rows->next(); };
    return response;
}

}  // namespace goetia
