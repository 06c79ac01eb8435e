#include "net/route.h"

#include "base/json.h"

namespace goetia {

std::string RouteCall::path_text(const std::string& name) const { return path->at(name).get<std::string>(); }

std::string RouteCall::query_text(const std::string& name) const {
    const Json& value = query->at(name);
    return value.is_string() ? value.get<std::string>() : std::string();
}

std::int64_t RouteCall::query_integer(const std::string& name) const { return query->at(name).get<std::int64_t>(); }

Route::Route(std::string_view method, std::string_view path, Permission permission, std::string_view sentence)
    : description_(std::make_shared<Description>(Description{.method = std::string(method),
                                                             .path = std::string(path),
                                                             .sentence = std::string(sentence),
                                                             .permission = permission,
                                                             .path_schema = Schema("path", ""),
                                                             .query_schema = Schema("query", "")})) {}
Route::~Route() = default;
Route::Route(const Route&) = default;
Route::Route(Route&&) noexcept = default;

Route&& Route::in_path(const ParamBuilder& param) && {
    description_->path_schema = std::move(description_->path_schema).with(param);
    return std::move(*this);
}

Route&& Route::in_query(const ParamBuilder& param) && {
    description_->query_schema = std::move(description_->query_schema).with(param);
    return std::move(*this);
}

Route&& Route::takes(Schema body) && {
    description_->body.emplace(std::move(body));
    return std::move(*this);
}

Route&& Route::takes_bytes(std::uint64_t limit, std::string_view what) && {
    description_->body_limit = limit;
    description_->bytes_taken = what;
    return std::move(*this);
}

Route&& Route::takes_stream(std::uint64_t limit, std::string_view what, MakeSink sink) && {
    description_->sink = std::move(sink);
    return std::move(*this).takes_bytes(limit, what);
}

Route&& Route::answers(int status, Shape document) && {
    description_->answer_status = status;
    description_->answer.emplace(std::move(document));
    return std::move(*this);
}

Route&& Route::answers_list(Shape item) && {
    description_->answers_list = true;
    return std::move(*this).answers(200, std::move(item));
}

Route&& Route::answers_bytes(std::string_view content_type, std::string_view what) && {
    description_->answer_type = content_type;
    description_->answer_words = what;
    return std::move(*this);
}

Route&& Route::does(std::function<void(const RouteCall&, RouteAnswer)> function) && {
    description_->function = std::move(function);
    return std::move(*this);
}

Route&& Route::works(std::function<Result<HttpResponse>(const RouteCall&)> function) && {
    description_->work = std::move(function);
    return std::move(*this);
}

Route&& Route::works_on_stream(StreamWork function) && {
    description_->stream_work = std::move(function);
    return std::move(*this);
}

Route&& Route::opens(std::function<void(const RouteCall&, std::shared_ptr<WebSocket>)> function,
                     std::uint64_t message_limit) && {
    description_->open = std::move(function);
    description_->body_limit = message_limit;
    return std::move(*this);
}

}  // namespace goetia
