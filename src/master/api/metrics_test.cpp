// /metrics, read by a parser of the text format of Prometheus that takes nothing which is not of it.
#include <cmath>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "master/service/prometheus_text.h"
#include "testkit/api_master.h"

namespace goetia {
namespace {

struct ParsedFigures {
    std::map<std::string, std::string> types;  // by family
    std::map<std::string, double> samples;     // by name and labels, as they are written
    std::vector<std::string> faults;
};

std::string family_of(const std::string& name, const std::map<std::string, std::string>& types) {
    for (const char* suffix : {"_bucket", "_sum", "_count"}) {
        if (!name.ends_with(suffix)) continue;
        const std::string family = name.substr(0, name.size() - std::string_view(suffix).size());
        if (types.contains(family) && types.at(family) == "histogram") return family;
    }
    return name;
}

ParsedFigures parsed_figures(const std::string& text) {
    static const std::regex kHelp(R"(# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+))");
    static const std::regex kType(R"(# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram))");
    static const std::regex kSample(
        R"(([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_]\w*="(?:[^"\\]|\\["\\n])*"(?:,[a-zA-Z_]\w*="(?:[^"\\]|\\["\\n])*")*\})? (\S+))");
    ParsedFigures read;
    std::set<std::string> helped;
    std::string family;
    if (!text.ends_with('\n')) read.faults.emplace_back("the last line has no end");
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::smatch part;
        if (std::regex_match(line, part, kHelp)) {
            if (!helped.insert(part[1]).second) read.faults.push_back("a second HELP: " + line);
        } else if (std::regex_match(line, part, kType)) {
            family = part[1];
            if (!helped.contains(family)) read.faults.push_back("TYPE before HELP: " + line);
            if (!read.types.emplace(family, part[2]).second) read.faults.push_back("a second TYPE: " + line);
        } else if (std::regex_match(line, part, kSample)) {
            char* end = nullptr;
            const std::string number = part[3];
            const double value = std::strtod(number.c_str(), &end);
            if (*end != '\0' || std::isnan(value)) read.faults.push_back("not a number: " + line);
            if (family_of(part[1], read.types) != family) read.faults.push_back("outside its family: " + line);
            if (!read.samples.emplace(part[1].str() + part[2].str(), value).second)
                read.faults.push_back("a second time: " + line);
        } else {
            read.faults.push_back("unreadable: " + line);
        }
    }
    return read;
}

TEST(Figures, EscapeWhatALabelMayNotContain) {
    PrometheusText text;
    text.family("a_total", "counter", "Help.");
    text.sample(1, {{"name", "a\"b\\c\nd"}, {"other", "行"}});
    const ParsedFigures read = parsed_figures(text.take());
    EXPECT_THAT(read.faults, testing::IsEmpty());
    EXPECT_EQ(read.samples.at("a_total{name=\"a\\\"b\\\\c\\nd\",other=\"行\"}"), 1);
    EXPECT_FALSE(parsed_figures("a 1").faults.empty());
    EXPECT_FALSE(parsed_figures("# TYPE a counter\na{b=c} 1\n").faults.empty());
}

TEST(Figures, OfAMasterAreReadByAStrictParser) {
    testkit::ApiMaster master;
    testkit::ApiAgent agent(master, "one");
    ASSERT_TRUE(agent.connect());
    master.submit({{"noop", true}, {"cores", 64}});
    EXPECT_EQ(master.ask("GET", "/api/tasks/77").status, 404);
    EXPECT_EQ(master.ask("GET", "/nowhere").status, 404);
    EXPECT_EQ(master.ask("GET", "/api/tasks?limit=0").status, 422);
    const HttpResponse first = master.ask("GET", "/metrics");
    EXPECT_EQ(first.headers.value("Content-Type"), "text/plain; version=0.0.4");
    const ParsedFigures read = parsed_figures(master.ask("GET", "/metrics").body);
    EXPECT_THAT(read.faults, testing::IsEmpty());
    const auto& samples = read.samples;
    EXPECT_EQ(samples.at("goetia_tasks{state=\"queued\"}"), 1);
    EXPECT_EQ(samples.at("goetia_tasks{state=\"running\"}"), 0) << "states without tasks are told too";
    EXPECT_EQ(samples.at("goetia_nodes{state=\"online\"}"), 1);
    EXPECT_EQ(samples.at("goetia_http_requests_total{method=\"GET\",route=\"/api/tasks/{id}\",status=\"404\"}"), 1);
    EXPECT_EQ(samples.at("goetia_http_requests_total{method=\"none\",route=\"/\",status=\"404\"}"), 1)
        << "no label is what a client named";
    EXPECT_EQ(samples.at("goetia_http_requests_total{method=\"GET\",route=\"/api/tasks\",status=\"422\"}"), 1);
    EXPECT_EQ(samples.at("goetia_http_requests_total{method=\"GET\",route=\"/metrics\",status=\"200\"}"), 1);
    for (const char* name :
         {"goetia_experiments", "goetia_attempts", "goetia_gpus", "goetia_gpus_taken", "goetia_events_total",
          "goetia_events_waiting", "goetia_store_writes_waiting", "goetia_appends_total", "goetia_append_bytes_total",
          "goetia_points_total", "goetia_stream_readers", "goetia_stream_messages_total", "goetia_stream_gaps_total",
          "goetia_disk_bytes", "goetia_disk_free_bytes", "process_resident_memory_bytes", "process_cpu_seconds_total",
          "process_open_fds"}) {
        EXPECT_TRUE(samples.contains(name)) << name;
    }
    double before = 0, requests = 0;
    for (const double bound : RequestFigures::kBounds) {
        const double now = samples.at(fmt::format("goetia_http_request_seconds_bucket{{le=\"{}\"}}", bound));
        EXPECT_GE(now, before) << "buckets are summed up";
        before = now;
    }
    for (const auto& [name, value] : samples) requests += name.starts_with("goetia_http_requests_total") ? value : 0;
    EXPECT_EQ(samples.at("goetia_http_request_seconds_bucket{le=\"+Inf\"}"), requests);
    EXPECT_EQ(samples.at("goetia_http_request_seconds_count"), requests);
    EXPECT_GT(samples.at("goetia_http_request_seconds_sum"), 0);
}

}  // namespace
}  // namespace goetia
