#include "fetch/url.h"

#include <gmock/gmock.h>

namespace goetia {
namespace {

TEST(Url, is_parsed_into_its_parts) {
    const Url url = parse_url("HTTPS://User@Example.COM/a%20b/c.zip?x=1#part").value();
    EXPECT_EQ(url.scheme, "https");
    EXPECT_EQ(url.host, "example.com");
    EXPECT_EQ(url.origin, "https://example.com:443");
    EXPECT_EQ(url.path, "/a b/c.zip");
    EXPECT_TRUE(url.has_user);
    EXPECT_EQ(url.text.find('#'), std::string::npos);
    EXPECT_EQ(parse_url("http://h:8080/x").value().origin, "http://h:8080");
    EXPECT_EQ(parse_url("file:///a/b%20c").value().path, "/a/b c");
}

TEST(Url, relative_ones_are_resolved_against_a_base) {
    EXPECT_EQ(parse_url("/b", "https://h/a/c").value().text, "https://h/b");
    EXPECT_EQ(parse_url("b?x", "https://h/a/c").value().text, "https://h/a/b?x");
    EXPECT_EQ(parse_url("//other/x", "https://h/a").value().text, "https://other/x");
}

TEST(Url, other_kinds_are_refused) {
    EXPECT_EQ(parse_url("ftp://h/x").error().message,
              "'ftp://h/x' begins with 'ftp:'; only http, https and file are fetched");
    EXPECT_EQ(parse_url("nothing").error().message, "'nothing' is not a URL such as https://host/file");
    EXPECT_FALSE(parse_url(""));
}

TEST(Url, local_hosts_are_recognised) {
    for (const char* text :
         {"http://localhost/", "http://LOCALHOST./", "http://a.localhost/", "http://127.0.0.1/", "http://[::1]/",
          "http://10.1.1.1/", "http://2130706433/", "http://0x7f.1/", "http://[::ffff:10.0.0.1]/"})
        EXPECT_TRUE(parse_url(text).value().names_closed_host()) << text;
    for (const char* text : {"http://example.com/", "http://8.8.8.8/", "http://localhost.example.com/"})
        EXPECT_FALSE(parse_url(text).value().names_closed_host()) << text;
}

}  // namespace
}  // namespace goetia
