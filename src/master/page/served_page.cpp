#include "master/page/served_page.h"

#include "base/hash.h"
#include "master/page/accepted.h"

namespace goetia {
namespace {

constexpr std::string_view kIndex = "/index.html", kAssets = "/assets/";

// Nothing from elsewhere, nothing inline, no frame around it. 'self' of connect-src covers the WebSockets of this
// master.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

constexpr const char* kNoPage = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Goetia</title>
</head>
<body>
<h1>Goetia</h1>
<p>This master runs, but its page is not built. In the source tree, <code>./goetia setup</code> builds it; by hand:
<code>cd web &amp;&amp; npm ci &amp;&amp; npm run build</code>. Then start the master again. <code>goetia master --page DIR</code>
names a page that lies elsewhere.</p>
<p lang="zh-CN">主控已在运行，但网页尚未构建。请在源码目录中执行 <code>./goetia setup</code>，或手动执行
<code>cd web &amp;&amp; npm ci &amp;&amp; npm run build</code>，然后重新启动主控。若网页位于其他目录，请使用
<code>goetia master --page DIR</code>。</p>
<p><a href="/docs">/docs</a>: the API</p>
</body>
</html>
)";

void set_page_headers(HttpHeaders& headers) {
    headers.set("Content-Security-Policy", kPolicy);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Frame-Options", "DENY");
    headers.set("Referrer-Policy", "no-referrer");  // the address may hold the token of the set-up link
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
}

// The form that the client likes most; of several alike the smallest.
const PageBytes& chosen_form(const PageFile& file, const std::string& accepted) {
    const PageBytes* best = &file.forms[0];
    double weight = 0;
    for (const PageBytes& form : file.forms) {
        if (form.encoding.empty()) continue;
        const double its = accepted_weight(accepted, form.encoding).value_or(0);
        if (its == 0 || its < weight || (its == weight && form.bytes.size() >= best->bytes.size())) continue;
        best = &form;
        weight = its;
    }
    return *best;
}

HttpResponse file_answer(const PageFile& file, const HttpRequest& request, int status) {
    const PageBytes& form = chosen_form(file, request.headers.value("Accept-Encoding"));
    const std::string etag = "\"" + form.etag + "\"";
    HttpResponse response{.status = status};
    set_page_headers(response.headers);
    response.headers.set("ETag", etag);
    response.headers.set("Cache-Control", file.is_forever ? "public, max-age=31536000, immutable" : "no-cache");
    if (file.forms.size() > 1) response.headers.set("Vary", "Accept-Encoding");
    const std::string known = request.headers.value("If-None-Match");
    if (known == "*" || known.find(etag) != std::string::npos) return response.status = 304, response;
    response.headers.set("Content-Type", file.type);
    if (!form.encoding.empty()) response.headers.set("Content-Encoding", form.encoding);
    response.body = form.bytes;
    return response;
}

// Whether every reader of the path sees the same parts in it: none that is empty, "." or "..", nothing that some take
// for a separator.
bool is_plain_path(std::string_view path) {
    const std::optional<std::string> decoded = percent_decoded(path);
    if (!decoded) return false;
    std::string_view rest = *decoded;
    for (const char letter : rest) {
        if (letter == '\\' || static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) return false;
    }
    while (!rest.empty()) {
        rest.remove_prefix(1);  // the slash
        const std::string_view part = rest.substr(0, rest.find('/'));
        rest.remove_prefix(part.size());
        if (part == "." || part == ".." || (part.empty() && !rest.empty())) return false;
    }
    return true;
}

}  // namespace

ServedPage ServedPage::missing() {
    PageFile file{.type = "text/html; charset=utf-8", .is_forever = false, .forms = {}};
    file.forms.push_back({.encoding = "", .etag = sha256_hex(kNoPage), .bytes = kNoPage});
    PageFiles files;
    files.emplace(kIndex, std::move(file));
    ServedPage page(std::move(files));
    page.status_ = 503;
    return page;
}

std::optional<HttpResponse> ServedPage::answer(const HttpRequest& request) const {
    if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
    const std::string_view path = request.path();
    const auto file = files_.find(path == "/" ? kIndex : path);
    if (file != files_.end()) return file_answer(file->second, request, status_);
    if (path.starts_with(kAssets) || !is_plain_path(path)) return std::nullopt;
    if (accepted_weight(request.headers.value("Accept"), "text/html").value_or(0) == 0) return std::nullopt;
    return file_answer(files_.find(kIndex)->second, request, status_);
}

}  // namespace goetia
