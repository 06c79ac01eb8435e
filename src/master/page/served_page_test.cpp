#include "master/page/served_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using testing::Not;

PageBytes bytes_as(const std::string& encoding, const std::string& text) { return {encoding, sha256_hex(text), text}; }

constexpr const char* kScript = "/assets/index-DxDmvI-7.js";

ServedPage small_page() {
    PageFiles files;
    files["/index.html"] = {"text/html; charset=utf-8", false, {bytes_as("", "<html>"), bytes_as("br", "b")}};
    files[kScript] = {"text/javascript; charset=utf-8",
                      true,
                      {bytes_as("", "script()"), bytes_as("br", "br"), bytes_as("gzip", "gzip")}};
    files["/mark.svg"] = {"image/svg+xml", false, {bytes_as("", "<svg/>")}};
    return ServedPage(std::move(files));
}

HttpRequest a_get(const std::string& target, const std::string& accept = "text/html",
                  const std::string& encodings = "") {
    HttpRequest request{.target = target};
    if (!accept.empty()) request.headers.set("Accept", accept);
    if (!encodings.empty()) request.headers.set("Accept-Encoding", encodings);
    return request;
}

std::string body_for(const ServedPage& page, const HttpRequest& request) {
    const auto response = page.answer(request);
    return response ? response->body : "none";
}

TEST(ServedPage, AnswersFilesByTheirWholePath) {
    const ServedPage page = small_page();
    const auto script = page.answer(a_get(kScript, "*/*"));
    ASSERT_TRUE(script);
    EXPECT_EQ(script->status, 200);
    EXPECT_EQ(script->body, "script()");
    EXPECT_EQ(script->headers.value("Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(script->headers.value("Cache-Control"), "public, max-age=31536000, immutable");
    EXPECT_EQ(script->headers.value("ETag"), "\"" + sha256_hex("script()") + "\"");
    EXPECT_EQ(page.answer(a_get("/mark.svg?x=1", ""))->headers.value("Cache-Control"), "no-cache");
    EXPECT_EQ(body_for(page, a_get("/assets/gone-12345678.js")), "none") << "also where HTML is asked for";
    EXPECT_EQ(body_for(page, a_get("/assets/")), "none");
}

TEST(ServedPage, AnswersItsIndexAtEveryPlaceWithinThePage) {
    const ServedPage page = small_page();
    for (const char* target : {"/", "/index.html", "/tasks/17", "/setup?token=a.b", "/compare?ids=a,b&x=%2F", "/tasks/",
                               "/experiments/%E5%9B%BE"}) {
        const auto response = page.answer(a_get(target, "text/html,application/xhtml+xml,*/*;q=0.8"));
        ASSERT_TRUE(response) << target;
        EXPECT_EQ(response->body, "<html>") << target;
        EXPECT_EQ(response->headers.value("Cache-Control"), "no-cache") << target;
    }
    EXPECT_EQ(body_for(page, a_get("/", "")), "<html>") << "the root is the page, whoever asks";
    for (const char* accept : {"", "*/*", "application/json", "text/html;q=0"}) {
        EXPECT_EQ(body_for(page, a_get("/tasks/17", accept)), "none") << accept;
    }
}

TEST(ServedPage, HasNothingForPathsThatCanBeReadInTwoWays) {
    const ServedPage page = small_page();
    for (const char* target : {"/../etc/passwd", "/..", "/./x", "/tasks/..", "/%2e%2e/etc/passwd",
                               "/tasks%2f..%2f..%2fkey", "//evil.example/x", "/tasks//17", "/..%5cetc", "/a\\b", "/%00",
                               "/%0d%0aX:y", "/%zz", "/%", "/assets/../index.html", "/assets/%2e%2e/index.html"}) {
        EXPECT_EQ(body_for(page, a_get(target)), "none") << target;
    }
}

TEST(ServedPage, SendsTheFormThatTheClientLikesMost) {
    const ServedPage page = small_page();
    const auto with = [&](const std::string& encodings) { return page.answer(a_get(kScript, "", encodings)); };
    const auto brotli = with("gzip, deflate, br, zstd");
    EXPECT_EQ(brotli->body, "br");
    EXPECT_EQ(brotli->headers.value("Content-Encoding"), "br");
    EXPECT_EQ(brotli->headers.value("Vary"), "Accept-Encoding");
    EXPECT_EQ(brotli->headers.value("ETag"), "\"" + sha256_hex("br") + "\"");
    EXPECT_EQ(with("gzip")->body, "gzip");
    EXPECT_EQ(with("br;q=0.1, gzip;q=0.9")->body, "gzip");
    EXPECT_EQ(with("br;q=0")->body, "script()");
    EXPECT_EQ(with("")->headers.find("Content-Encoding"), nullptr);
    EXPECT_EQ(with("")->headers.value("Vary"), "Accept-Encoding");
    EXPECT_EQ(page.answer(a_get("/mark.svg", "", "br"))->headers.find("Vary"), nullptr);
}

TEST(ServedPage, IsNotSentAgainToWhomHasIt) {
    const ServedPage page = small_page();
    HttpRequest request = a_get(kScript, "", "br");
    request.headers.set("If-None-Match", "\"" + sha256_hex("script()") + "\"");
    EXPECT_EQ(page.answer(request)->status, 200) << "that is another form";
    request.headers.set("If-None-Match", "\"x\", W/\"" + sha256_hex("br") + "\"");
    const auto known = page.answer(request);
    EXPECT_EQ(known->status, 304);
    EXPECT_EQ(known->body, "");
    EXPECT_EQ(known->headers.value("Cache-Control"), "public, max-age=31536000, immutable");
}

TEST(ServedPage, ClosesItselfToEverythingFromElsewhere) {
    const auto response = small_page().answer(a_get("/"));
    const std::string policy = response->headers.value("Content-Security-Policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'none'; script-src 'self'; style-src 'self'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    EXPECT_THAT(policy, Not(HasSubstr("http")));
    EXPECT_EQ(response->headers.value("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(response->headers.value("X-Frame-Options"), "DENY");
    EXPECT_EQ(response->headers.value("Referrer-Policy"), "no-referrer");
    EXPECT_EQ(response->headers.value("Cross-Origin-Opener-Policy"), "same-origin");
}

TEST(ServedPage, IsOnlyToBeRead) {
    HttpRequest request = a_get("/");
    for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "get"}) {
        request.method = method;
        EXPECT_FALSE(small_page().answer(request)) << method;
    }
    request.method = "HEAD";
    EXPECT_TRUE(small_page().answer(request));
}

TEST(ServedPage, SaysHowItIsBuiltWhereThereIsNone) {
    const ServedPage page = ServedPage::missing();
    for (const char* target : {"/", "/tasks/17"}) {
        const auto response = page.answer(a_get(target));
        ASSERT_TRUE(response);
        EXPECT_EQ(response->status, 503);
        EXPECT_THAT(response->body, HasSubstr("<code>./goetia setup</code> builds it"));
        EXPECT_THAT(response->body, HasSubstr("尚未构建"));
    }
    EXPECT_FALSE(page.answer(a_get("/assets/x.js")));
}

}  // namespace
}  // namespace goetia
